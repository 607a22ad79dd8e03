# Apache in front of a server that has no login, no HTTP or no patience of its
# own; sourced after lib.sh, never run.

# apache AT PORT MODULE... <BODY: writes the configuration for an Apache on
# loopback, of these modules and the lines of BODY, and starts it.
apache() {
  local at=$1 port=$2 user module modules=/usr/lib/apache2/modules
  shift 2
  user=$(account www-data)
  own "$user" "$at/run"
  {
    echo "ServerName 127.0.0.1:$port"
    echo "Listen 127.0.0.1:$port"
    echo "PidFile $at/run/httpd.pid"
    echo "DefaultRuntimeDir $at/run"
    echo "Mutex file:$at/run"
    echo "ErrorLog $at/run/error.log"
    for module; do echo "LoadModule ${module}_module $modules/mod_$module.so"; done
    cat
  } >"$at/httpd.conf"
  start "$at" "$user" /usr/sbin/apache2 -f "$at/httpd.conf" -DFOREGROUND
}
