package carddav

// Quirks are the ways in which a server differs from the specifications, and
// the choices that these leave open. The zero value is a correct server.
type Quirks struct {
	// Writing.

	ETags                 ETags
	NoETagOnPut           bool // no ETag in the answer to a PUT, which is legal: the card may have been changed
	IgnoreIfNoneMatch     bool // PUT with If-None-Match: * overwrites
	IgnoreIfMatchOnDelete bool // DELETE with a stale If-Match deletes
	UpdateStatus          int  // of a PUT over a card that is there; 0: 204
	DeleteStatus          int  // 0: 204; 200 comes with a multistatus
	MoveStatus            int  // 0: 201
	MoveRenames           bool // a moved card gets a name the server makes, whatever the destination says
	NoBookStatus          int  // of a PUT into a book that is not there; 0: 409
	OwnHrefs              bool // a new card gets an href the server makes, told in Location
	NoMkcol, NoMove       bool // the methods are not offered
	IgnoreDisplayName     bool // MKCOL names a book after its path

	// What a card must be.

	Garbage              Garbage
	RefuseGarbageWith    int // the status of GarbageRefused; 0: 403 with valid-address-data
	Incomplete           Incomplete
	RefuseIncompleteWith int       // the status of IncompleteRefused; 0: 403 with valid-address-data
	RefuseTwo            bool      // a body with two cards is refused like garbage
	AcceptSameUID        bool      // two cards may have one UID
	SameUIDStatus        int       // where not; 0: 409 with no-uid-conflict
	UIDFixed             bool      // the UID of a card cannot be changed
	Refuse40             bool      // vCard 4.0 is refused
	Only30               bool      // supported-address-data says so, whatever is taken
	MaxSize              int       // bytes; told in max-resource-size and enforced; 0: neither
	Rewrite              []Rewrite // what becomes of a card that is stored, in order

	// Reading.

	ContentType          string   // of a card; "": text/vcard; charset=utf-8
	NoNotModified        bool     // GET with If-None-Match is answered in full
	MultigetOmitsMissing bool     // hrefs that are not there are left out
	MultigetStatus       int      // of every addressbook-multiget; 0: it works
	QueryFails           bool     // every addressbook-query is answered with 500
	QueryKnows           []string // filters on other properties match every card; nil: all are known
	WholeCards           bool     // address-data gives the whole card, whatever was asked for
	CardDataAsProperty   bool     // PROPFIND shows address-data
	Hrefs                Hrefs
	RawHrefs             bool     // sync-collection, and multiget for what is missing, name members without any escaping
	MissingAs207         bool     // PROPFIND on what is not there: 207 with a 404 in it
	BookETag             bool     // a book has an entity tag too
	NoHomeSetAbove       bool     // only the principal tells the home set
	Extra                []string // collections in the home that are no address books

	// Synchronisation.

	NoSync              bool // no sync-collection: changes are found by listing
	NoCTag              bool // no getctag either
	Tokens              Tokens
	UnknownToken        int  // the status of the answer; 0: 403 with valid-sync-token; 207: everything again
	UnknownTokenRemoved bool // with 207: and all that was ever removed
	InitialRemoved      bool // the first listing names removed cards as 404
	IgnoreLimit         bool // limit/nresults does not count
	LimitLoses          bool // a limited answer has the newest token: the rest is lost
	SyncPage            int  // an answer has so many members at most, then 507 (RFC 6578 section 3.6); 0: all
	StatusAndPropstat   bool // changed members have a status beside their propstat
	SyncRepeats         bool // changed members are named twice
	SyncStrangers       bool // every round also tells of a removed card that never was
	SyncBackwards       bool // changes come newest first

	// The wire.

	Bearer bool // logins are bearer tokens
	HTTP10 bool // HTTP/1.0: every connection is closed
	Skew   int  // seconds by which the server's clock is ahead
}

// ETags is what entity tags are made of.
type ETags int

const (
	ETagHash    ETags = iota // of what is stored
	ETagCounter              // one per card, which begins again when a card is put where one was removed
)

// Garbage is what becomes of a body that is no vCard.
type Garbage int

const (
	GarbageRefused  Garbage = iota
	GarbageInner            // 207 with a 412 in it, nothing stored
	GarbageStored           // 201, stored
	GarbageNotFound         // 404 with a page of HTML
)

// Incomplete is what becomes of a card without UID or FN.
type Incomplete int

const (
	IncompleteRefused   Incomplete = iota
	IncompleteKept                 // stored as it is
	IncompleteCompleted            // stored with a UID
)

// Hrefs is how members are named in listings, where cards are concerned.
type Hrefs int

const (
	HrefsEscaped  Hrefs = iota // as RFC 3986 wants a segment: everything but unreserved characters
	HrefsLoose                 // "@", ":" and their like as they are
	HrefsLower                 // with small hexadecimal digits
	HrefsAbsolute              // with scheme and host
)

// Tokens is what sync tokens look like.
type Tokens int

const (
	TokenURL     Tokens = iota // a URL with a hash
	TokenHash                  // a bare hash, which is no URI
	TokenData                  // data:,N
	TokenSabre                 // http://sabre.io/ns/sync/N
	TokenSeconds               // Unix seconds of the last change: changes of that second come again
)
