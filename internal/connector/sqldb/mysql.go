package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/go-sql-driver/mysql"
)

// mysqlDialect speaks to MySQL and MariaDB.
type mysqlDialect struct {
	returning atomic.Bool // INSERT answers rows: MariaDB from 10.5
}

func (*mysqlDialect) parallel() int { return 4 }

func (*mysqlDialect) connect(dsn string, o session) (*sql.DB, string, error) {
	config, err := mysqlConfig(dsn)
	if err != nil { // its text may quote the address
		return nil, "", errors.New("this is no address of a MySQL database; one is mysql://user:password@host:3306/database")
	}
	if config.DBName == "" {
		return nil, "", errors.New("the database is missing; it stands after the host: mysql://user:password@host:3306/database")
	}
	config.ClientFoundRows = true // a row found and left equal is not a row that is gone
	config.ParseTime = false
	config.InterpolateParams = false // values travel apart from the statement
	config.Logger = &mysql.NopLogger{}
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	// Without the strict mode a long value would be cut without a word.
	config.Params["sql_mode"] = "CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
	config.Params["innodb_lock_wait_timeout"] = "5"
	// Zone names need tables that many servers have not loaded; the present
	// offset always works.
	err = config.Apply(mysql.BeforeConnect(func(_ context.Context, c *mysql.Config) error {
		c.Params["time_zone"] = o.now().In(o.zone).Format("'-07:00'")
		return nil
	}))
	if err != nil {
		return nil, "", errors.New("the connection cannot be set up")
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, "", errors.New("the address names options that do not exist")
	}
	return sql.OpenDB(connector), strings.ToLower(config.Addr) + "/" + config.DBName, nil
}

// mysqlConfig reads a mysql:// or mariadb:// URL, or the driver's own form
// user:password@tcp(host:port)/database.
func mysqlConfig(dsn string) (*mysql.Config, error) {
	scheme, _, isURL := strings.Cut(dsn, "://")
	if !isURL || scheme != "mysql" && scheme != "mariadb" {
		return mysql.ParseDSN(dsn)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	config, err := mysql.ParseDSN("/?" + u.RawQuery)
	if err != nil {
		return nil, err
	}
	port := u.Port()
	if port == "" {
		port = "3306"
	}
	config.Net, config.Addr = "tcp", net.JoinHostPort(u.Hostname(), port)
	config.DBName = strings.TrimPrefix(u.Path, "/")
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	return config, nil
}

func (*mysqlDialect) begin() []string { return nil }

func (*mysqlDialect) quote(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}
func (*mysqlDialect) param(int) string { return "?" }
func (*mysqlDialect) clock() string    { return "SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)" }
func (*mysqlDialect) about() string {
	return "SELECT CONCAT(IF(VERSION() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), SUBSTRING_INDEX(VERSION(), '-', 1))"
}
func (*mysqlDialect) limit(n int) (head, tail string) { return "", " LIMIT " + strconv.Itoa(n) }

func (d *mysqlDialect) read(c *column) string {
	switch {
	case c.form == formBytes:
		return "HEX(" + d.quote(c.name) + ")"
	case c.form == formInstant: // shown in the session's zone
		return "CAST(CONVERT_TZ(" + d.quote(c.name) + ", @@session.time_zone, '+00:00') AS CHAR)"
	case c.cast == "bit":
		return "CAST(" + d.quote(c.name) + " + 0 AS CHAR)"
	}
	return "CAST(" + d.quote(c.name) + " AS CHAR CHARACTER SET utf8mb4)"
}

// bind casts where a comparison with a text would go by floating point.
func (*mysqlDialect) bind(c *column, param string) string {
	switch c.form {
	case formBytes:
		return "UNHEX(" + param + ")"
	case formInteger, formBool:
		if c.unsigned || c.cast == "bit" {
			return "CAST(" + param + " AS UNSIGNED)"
		}
		return "CAST(" + param + " AS SIGNED)"
	case formDecimal:
		return "CAST(" + param + " AS DECIMAL(65,30))"
	case formFloat:
		return "(" + param + " + 0e0)"
	case formDate:
		return "CAST(" + param + " AS DATE)"
	case formStamp:
		return "CAST(" + param + " AS DATETIME(6))"
	case formInstant:
		return "CONVERT_TZ(CAST(" + param + " AS DATETIME(6)), '+00:00', @@session.time_zone)"
	}
	return param
}

func (d *mysqlDialect) exact(c *column, param string) string {
	return "CAST(" + d.read(c) + " AS BINARY) = CAST(" + param + " AS BINARY)"
}

func (d *mysqlDialect) insert(t *table, key *column, columns, values []string) (string, bool) {
	text := "INSERT INTO " + t.sqlName(d) + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
	if d.returning.Load() && !t.view {
		return text + " RETURNING " + d.read(key), true
	}
	return text, false
}

func (*mysqlDialect) tables() string {
	return `SELECT t.table_schema, t.table_name, IF(t.table_schema = DATABASE(), 1, NULL), t.table_type = 'VIEW'
FROM information_schema.tables t
WHERE t.table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
ORDER BY 1, 2`
}

func (d *mysqlDialect) describe(ctx context.Context, q queryer, t *table) error {
	var mariadb bool
	var version string
	if err := q.QueryRowContext(ctx, "SELECT VERSION() LIKE '%MariaDB%', VERSION()").Scan(&mariadb, &version); err != nil {
		return err
	}
	d.returning.Store(mariadb && hasReturning(version))
	t.updatable = true
	if t.view {
		err := q.QueryRowContext(ctx, "SELECT v.is_updatable = 'YES' FROM information_schema.views v WHERE v.table_schema = ? AND v.table_name = ?",
			t.schema, t.name).Scan(&t.updatable)
		if err != nil {
			return err
		}
	}
	t.insertable, t.deletable = t.updatable, t.updatable
	return scanColumns(ctx, q, t, `SELECT c.column_name, LOWER(c.data_type), LOWER(c.column_type),
  COALESCE(c.character_maximum_length, 0), COALESCE(c.datetime_precision, 0),
  c.is_nullable = 'YES', c.column_default IS NOT NULL, LOWER(c.extra)
FROM information_schema.columns c WHERE c.table_schema = ? AND c.table_name = ?
ORDER BY c.ordinal_position`, []any{t.schema, t.name}, func(rows *sql.Rows) (*column, error) {
		c := &column{}
		var base, full, extra string
		var length uint64
		var precision int
		err := rows.Scan(&c.name, &base, &full, &length, &precision, &c.nullable, &c.defaulted, &extra)
		c.counted = strings.Contains(extra, "auto_increment")
		c.touched = strings.Contains(extra, "on update")
		c.defaulted = c.defaulted || c.counted
		for _, word := range []string{"virtual generated", "stored generated", "persistent"} {
			c.made = c.made || strings.Contains(extra, word)
		}
		mysqlType(c, base, full, length, precision)
		return c, err
	})
}

// hasReturning tells MariaDB 10.5 and later from before.
func hasReturning(version string) bool {
	parts := strings.SplitN(strings.TrimPrefix(version, "5.5.5-"), ".", 3)
	if len(parts) < 2 {
		return false
	}
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	return major > 10 || major == 10 && minor >= 5
}

func mysqlType(c *column, base, full string, length uint64, precision int) {
	c.form, c.cast = formOther, base
	c.unsigned = strings.Contains(full, "unsigned")
	switch base {
	case "char", "varchar":
		c.form, c.max, c.fixed = formText, int(length), base == "char"
	case "tinytext", "text", "mediumtext", "longtext": // these count bytes
		c.form, c.unit = formText, unitBytes
		if length < 1<<31 {
			c.max = int(length)
		}
	case "enum", "set", "json":
		c.form = formText
	case "tinyint", "smallint", "mediumint", "int", "bigint":
		c.form = formInteger
		c.bits = map[string]int{"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}[base]
	case "year":
		c.form = formInteger
	case "bit":
		c.form, c.unsigned = formInteger, true
		if full == "bit(1)" {
			c.form = formBool
		}
	case "decimal":
		c.form = formDecimal
	case "float", "double":
		c.form = formFloat
	case "date":
		c.form = formDate
	case "time":
		c.form = formTime
	case "datetime":
		c.form, c.digits = formStamp, precision
	case "timestamp":
		c.form, c.digits = formInstant, precision
	case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob":
		c.form = formBytes
	case "uuid":
		c.form = formUUID
	}
}
