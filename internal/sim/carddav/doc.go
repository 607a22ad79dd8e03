// Package carddav is an address book server in memory: what the specifications
// say (RFC 4918 WebDAV, 5689 extended MKCOL, 6352 CardDAV, 6578 sync-collection,
// 6764 discovery), and a switch for everything that servers in the field do
// otherwise.
//
// A Server is an http.Handler. Software says which server it plays: Plain keeps
// to the specifications, Radicale, Xandikos, DAViCal and SOGo are compared with
// the real ones in a test, Nextcloud, ICloud and Google follow what is published
// and were compared with nothing. Fault makes single requests go wrong, Book is
// a user who works in an address book by other means, Log tells what has been
// asked.
package carddav
