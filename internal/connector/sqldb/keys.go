package sqldb

import "kith/internal/connector"

// Keys describes the configuration keys of this kind of system.
var Keys = []connector.Key{
	{
		Name: "dialect", Doc: "which database it is; mysql is MariaDB too", Required: true,
		Values: []string{"postgres", "mysql", "sqlserver", "sqlite"},
	},
	{
		Name: "dsn", Doc: "the address with login, as postgres://user:password@host/database, mysql://…, sqlserver://…?database=…, or a file",
		Required: true, Secret: true,
	},
}
