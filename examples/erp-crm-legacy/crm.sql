CREATE TABLE accounts (
  id      int AUTO_INCREMENT PRIMARY KEY,
  title   varchar(80),
  erp_no  varchar(20),
  kith_id varchar(80)
);
CREATE TABLE people (
  id         int AUTO_INCREMENT PRIMARY KEY,
  account_id int,
  first      varchar(40),
  last       varchar(40),
  mail       varchar(80),
  direct     varchar(30),
  cell       varchar(30),
  title      varchar(40),
  state      varchar(20),
  kith_id    varchar(80),
  modified   timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
);
INSERT INTO accounts (title, erp_no) VALUES ('Nordljus AB', 'K100');
INSERT INTO people (account_id, first, last, mail, direct, cell, state) VALUES
  (1, 'Anna', 'Berg', 'Anna@Nordljus.example', '+46 8 465 004 10', '+46 70 174 06 05', 'active');
