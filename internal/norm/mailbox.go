package norm

import "strings"

// MailClass says what kind of holder an address has, as far as the address itself tells.
type MailClass uint8

// The classes of addresses.
const (
	NoMail          MailClass = iota // no address at all
	PersonalMail                     // one person's, as far as one can see
	GenericMail                      // an office's or a household's: info@, sales@, buchhaltung@, fam.ek@
	PlaceholderMail                  // typed to satisfy a form: test@, none@, x@example.com
)

// ClassifyEmail tells the class of an address in normal form (see [Email]). That an
// address is shared by several records shows only in their number, not here.
func ClassifyEmail(email string) MailClass {
	if _, ok := address(email); !ok {
		return NoMail
	}
	local, domain := SplitEmail(email)
	if placeholderDomain(domain) || placeholderLocals[local] {
		return PlaceholderMail
	}
	local = strings.TrimRight(local, "0123456789-_.")
	if genericLocals[local] {
		return GenericMail
	}
	// info.de@, office-wien@, sales_north@: the first word decides
	if i := strings.IndexAny(local, ".-_+"); i > 0 && leadingGeneric[local[:i]] {
		return GenericMail
	}
	if household(local) {
		return GenericMail
	}
	return PersonalMail
}

// household reports whether a box is a family's or a couple's: fam.ek@, ek-family@,
// familieek@, anna.und.olof@. Such a box has as many holders as an office's.
func household(local string) bool {
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '-' || r == '_' || r == '+' })
	for i, w := range words {
		switch {
		case i == 0 && len(words) > 1 && (w == "die" || w == "les"), families[w]:
			return true
		case i > 0 && i < len(words)-1 && couples[w]:
			return true
		}
	}
	for _, family := range [...]string{"familie", "family", "famille", "familj"} {
		if strings.HasPrefix(local, family) || strings.HasSuffix(local, family) {
			return true
		}
	}
	return false
}

// Mailbox is the box behind an address in normal form: "+tags" off everywhere, for
// Gmail dots too, and googlemail.com as gmail.com. Two addresses of one mailbox
// reach the same person though they are two values.
func Mailbox(email string) string {
	if _, ok := address(email); !ok {
		return email // cutting off its "+tag" could make an address of what is none
	}
	local, domain := SplitEmail(email)
	if i := strings.IndexByte(local, '+'); i > 0 {
		local = local[:i]
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		if bare := strings.ReplaceAll(local, ".", ""); bare != "" {
			local = bare
		}
	}
	if len(local)+1+len(domain) == len(email) {
		if strings.HasPrefix(email, local) && strings.HasSuffix(email, domain) {
			return email
		}
	}
	return local + "@" + domain
}

// FreeMail reports whether anyone can have an address in this domain, so that it
// says nothing about an employer.
func FreeMail(domain string) bool { return freeMail[domain] }

// placeholderDomain knows the domains that are typed where somebody has to type one.
// The whole reserved domain "example" is not among them: only documents use it, and
// what they show shall work.
func placeholderDomain(d string) bool {
	switch d {
	case "example.com", "example.org", "example.net", "example.de", "test.com", "test.de", "test.test",
		"none.com", "noemail.com", "nomail.com", "invalid.com", "localhost", "domain.com", "mail.invalid":
		return true
	}
	for _, end := range []string{".invalid", ".test", ".localhost", ".example.com", ".example.org"} {
		if strings.HasSuffix(d, end) {
			return true
		}
	}
	return false
}

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var placeholderLocals = set(`test tester testing test.test none no nomail noemail no-email no.email nobody na n-a
	keine keinemail keine-email unbekannt unknown xxx xx x asdf abc dummy fake invalid aucun inconnu ingen saknas okand`)

// genericLocals holds names of offices, in English, German, French and the
// Scandinavian languages, without separators at the end.
var genericLocals = set(`info infos information office mail email post contact contacts contactus kontakt kontakte
	sales sale vertrieb verkauf ventes vente salg forsaljning commercial marketing presse press media pr werbung
	support help helpdesk helpline service services servicedesk kundenservice kundendienst kundtjanst kundeservice customerservice hotline
	admin administrator administration webmaster hostmaster postmaster root it edv technik technical tech sysadmin
	buchhaltung rechnung rechnungen faktura fakturierung invoice invoices billing accounting accounts account finance finanzen
	comptabilite compta facturation facture ekonomi okonomi regnskap bogholderi kreditoren debitoren payables
	einkauf purchasing procurement achats achat inkop innkjop indkob bestellung bestellungen order orders commande commandes ordre
	hr personal personalabteilung bewerbung bewerbungen jobs job career careers karriere recrutement rh rekrytering recruiting
	zentrale empfang reception accueil standard secretariat sekretariat direktion direction geschaeftsleitung gl management
	team hello hallo hej bonjour hi welcome willkommen newsletter news noreply no-reply donotreply do-not-reply nepasrepondre
	praxis kanzlei buero biuro bureau kontor kontoret shop store web website online export import logistik logistics lager versand shipping
	datenschutz privacy dpo gdpr legal recht abuse security feedback anfrage anfragen request enquiries enquiry inquiry booking buchung reservierung reservation reservations events`)

// leadingGeneric holds the names of offices that stay offices when a word follows
// (info.berlin). Words that are personal names too are left out.
var leadingGeneric = set(`info office contact kontakt sales vertrieb verkauf support service buchhaltung rechnung invoice accounting
	einkauf bewerbung jobs zentrale empfang reception accueil sekretariat noreply newsletter team shop versand faktura compta ventes`)

// families are words that make a box a household's, couples those that join two.
var (
	families = set(`fam familie familien family famille familj familjen familia eheleute ehepaar`)
	couples  = set(`und and et och og u`)
)

var freeMail = set(`gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.de hotmail.fr hotmail.co.uk hotmail.se
	live.com live.de live.fr live.se live.dk live.no live.co.uk msn.com yahoo.com yahoo.de yahoo.fr yahoo.co.uk yahoo.se yahoo.dk yahoo.no ymail.com
	icloud.com me.com mac.com aol.com aol.de gmx.de gmx.net gmx.at gmx.ch gmx.com web.de freenet.de t-online.de arcor.de online.de email.de mail.de
	posteo.de mailbox.org proton.me protonmail.com tutanota.com tutanota.de vodafone.de kabelmail.de aon.at chello.at a1.net bluewin.ch hispeed.ch sunrise.ch
	orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr skynet.be telenet.be proximus.be scarlet.be telia.com comhem.se spray.se bredband.net
	online.no broadpark.no frisurf.no mail.dk jubii.dk hotmail.dk stofanet.dk tdcadsl.dk btinternet.com virginmedia.com sky.com talktalk.net ntlworld.com
	comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net mail.com gmx.us zoho.com fastmail.com yandex.com yandex.ru mail.ru qq.com 163.com`)
