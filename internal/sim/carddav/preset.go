package carddav

// Radicale is Radicale 3.1.8.
func Radicale() Software {
	return Software{
		Name:    "Radicale",
		Layout:  Layout{Root: "/", Principal: "/{user}/", Home: "/{user}/", Banner: "WSGIServer/0.2 CPython/3.11.2", WellKnown: 301},
		Dialect: Dialect{Card: "CR", CS: "CS"},
		Quirks: Quirks{
			UpdateStatus: 201, DeleteStatus: 200,
			NoNotModified: true, WholeCards: true, NoHomeSetAbove: true, BookETag: true,
			RefuseGarbageWith: 400, RefuseIncompleteWith: 400, RefuseTwo: true, UIDFixed: true,
			IgnoreLimit: true, InitialRemoved: true,
			Tokens: TokenURL, HTTP10: true,
			Rewrite: []Rewrite{UpperNames, JoinTypes, EscapeURIs, CutAtCommas, SortLines},
		},
	}
}

// Xandikos is Xandikos 0.2.8 behind a web server that asks for the password.
func Xandikos() Software {
	return Software{
		Name: "Xandikos",
		Layout: Layout{Root: "/", Principal: "/{user}/", Home: "/{user}/contacts/", WellKnown: 302,
			Banner: "Apache/2.4 (Debian)"},
		Dialect: Dialect{DAV: "ns0", Card: "ns1", CS: "ns2", StatusFirst: true},
		Quirks: Quirks{
			Garbage: GarbageInner, Incomplete: IncompleteKept, AcceptSameUID: true,
			NoMove: true, NoHomeSetAbove: true, BookETag: true, Only30: true, ContentType: "text/vcard",
			QueryFails: true, WholeCards: true, IgnoreLimit: true,
			MissingAs207: true, NoBookStatus: 404,
			Tokens: TokenHash, UnknownToken: 500,
		},
	}
}

// DAViCal is DAViCal 1.1.12.
func DAViCal() Software {
	return Software{
		Name: "DAViCal",
		Layout: Layout{Root: "/caldav.php/", Principal: "/caldav.php/{user}/", Home: "/caldav.php/{user}/",
			Banner: "Apache/2.4 (Debian)", WellKnown: 301, Outside: 405},
		Dialect: Dialect{Card: "VC", CS: "C"},
		Quirks: Quirks{
			NoETagOnPut: true, NoNotModified: true,
			Garbage: GarbageStored, Incomplete: IncompleteCompleted, AcceptSameUID: true,
			MoveStatus: 200, Only30: true, MaxSize: 6550000,
			MultigetOmitsMissing: true, IgnoreLimit: true,
			Tokens: TokenData, UnknownToken: 207,
			Extra:   []string{"calendar-proxy-read", "calendar-proxy-write"},
			Rewrite: []Rewrite{RenderWithoutREV},
		},
	}
}

// SOGo is SOGo 5.8.0 behind a web server.
func SOGo() Software {
	return Software{
		Name: "SOGo",
		Layout: Layout{Root: "/SOGo/dav/", Principal: "/SOGo/dav/{user}/", Home: "/SOGo/dav/{user}/Contacts/",
			Banner: "Apache/2.4 (Debian)", WellKnown: 301, Outside: 405},
		Dialect: Dialect{DAV: "D", Card: "C", CS: "a", StatusFirst: true, Numeric: true},
		Quirks: Quirks{
			ETags: ETagCounter, IgnoreIfNoneMatch: true, IgnoreIfMatchOnDelete: true,
			Garbage: GarbageNotFound, Incomplete: IncompleteCompleted, AcceptSameUID: true,
			IgnoreDisplayName: true, NoHomeSetAbove: true, ContentType: "text/x-vcard; charset=utf-8", BookETag: true,
			NoBookStatus: 404, WholeCards: true, IgnoreLimit: true, CardDataAsProperty: true,
			QueryKnows: []string{"FN", "N", "EMAIL", "NICKNAME", "TEL", "ORG"},
			Hrefs:      HrefsLoose, RawHrefs: true, MoveRenames: true,
			Tokens: TokenSeconds, UnknownToken: 207, UnknownTokenRemoved: true,
			Rewrite: []Rewrite{Relabel30, UpperGroups, UpperNames, JoinTypes, EscapeURIs, ShortenNames, NoLastLineEnd},
		},
	}
}

// SOGoBare is SOGo asked directly: where no web server redirects, it shows its
// login page.
func SOGoBare() Software {
	s := SOGo()
	s.Name, s.Layout.WellKnown, s.Layout.Outside = "SOGo without a web server", 200, 200
	return s
}

// Nextcloud is like Nextcloud as published; nothing of it was measured.
func Nextcloud() Software {
	return Software{
		Name: "Nextcloud",
		Layout: Layout{Root: "/remote.php/dav/", Principal: "/remote.php/dav/principals/users/{user}/",
			Home: "/remote.php/dav/addressbooks/users/{user}/", Banner: "Apache", WellKnown: 301},
		Dialect: Dialect{DAV: "d", Card: "card", CS: "cs"},
		Quirks:  Quirks{SameUIDStatus: 400, LimitLoses: true, Tokens: TokenSabre, NoHomeSetAbove: true},
	}
}

// ICloud is like iCloud as published; nothing of it was measured. The books
// lie on another host: tell the server with HomeAt.
func ICloud() Software {
	return Software{
		Name: "iCloud",
		Layout: Layout{Root: "/", Principal: "/123456/principal/", Home: "/123456/carddavhome/",
			Banner: "AppleHttpServer", WellKnown: 301},
		Quirks: Quirks{
			SameUIDStatus: 412, Refuse40: true, Only30: true, NoMkcol: true, NoMove: true, NoHomeSetAbove: true,
			Hrefs: HrefsAbsolute, Tokens: TokenHash,
			Rewrite: []Rewrite{DropUnknown, AddREV},
		},
	}
}

// Google is like Google as published; nothing of it was measured. It wants a
// bearer token, which is the user's password here, and gives new cards hrefs
// of its own (RFC 5995 in spirit).
func Google() Software {
	return Software{
		Name: "Google",
		Layout: Layout{Root: "/carddav/v1/", Principal: "/carddav/v1/principals/{user}/",
			Home: "/carddav/v1/principals/{user}/lists/", Banner: "GSE", WellKnown: 301},
		Dialect: Dialect{DAV: "d", Card: "card", CS: "cs"},
		Quirks: Quirks{
			Bearer: true, OwnHrefs: true, Refuse40: true, Only30: true, NoMkcol: true, NoMove: true, NoHomeSetAbove: true,
			AcceptSameUID: true, UnknownToken: 410, Tokens: TokenHash,
			Rewrite: []Rewrite{DropUnknown, AddREV},
		},
	}
}

// Presets are all of them.
func Presets() []Software {
	return []Software{Plain(), Radicale(), Xandikos(), DAViCal(), SOGo(), SOGoBare(), Nextcloud(), ICloud(), Google()}
}
