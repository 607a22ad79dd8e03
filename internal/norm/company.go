package norm

import "strings"

// Company is the normal form of a company name: folded, legal form and "and" off
// ("Müller & Söhne GmbH & Co. KG" = "Müller und Söhne" = "mueller soehne"). A name that is nothing but legal forms
// is kept whole.
func Company(s string) string {
	f := s
	if !folded(s) {
		if f = fold(s, true); f == "" {
			return lower(s)
		}
	}
	var room [16]string
	list := words(room[:0], f)
	core := list
	for before := -1; before != len(core); { // what is dropped may have kept two words apart that are a form
		before = len(core)
		core = dropAnd(stripLegal(core))
	}
	if len(core) == len(list) {
		return f
	}
	return strings.Join(core, " ")
}

// dropAnd leaves out what joins two words, which the next one writes as a sign.
func dropAnd(list []string) []string {
	kept := list[:0]
	for i, w := range list {
		if i == 0 || i == len(list)-1 || !joiners[w] {
			kept = append(kept, w)
		}
	}
	return kept
}

var joiners = set(`und and et og och u`)

// stripLegal takes legal forms off the end, and off the start where a language puts
// them there (AB Volvo, SARL Dupont), until nothing changes or one word is left.
func stripLegal(list []string) []string {
	for {
		n := len(list)
		for len(list) > 1 && (legalForms[list[len(list)-1]] || connectors[list[len(list)-1]]) {
			list = list[:len(list)-1]
		}
		if k := len(list); k > 2 && apartForms[list[k-2]+" "+list[k-1]] {
			list = list[:k-2]
		}
		for len(list) > 1 && (leadingForms[list[0]] || joiners[list[0]]) {
			list = list[1:]
		}
		if len(list) == n {
			return list
		}
	}
}

var legalForms = set(`gmbh mbh ggmbh ag kg kgaa ohg gbr ug ev ek eg se ekfr ekfm inhaber haftungsbeschraenkt gesmbh ges og eu keg sarl sa sas sasu
	eurl snc sci scop srl sprl bvba bv nv scrl asbl vzw ab hb kb as asa ans da nuf enk aps is ivs amba ltd limited plc llp llc lp inc incorporated
	corp corporation company gesellschaft aktiengesellschaft aktiebolag handelsbolag kommanditbolag aktieselskab anpartsselskab aksjeselskap publ cie sagl`)

// apartForms are legal forms that some write in two words.
var apartForms = map[string]bool{"sa rl": true, "e k": true, "e v": true}

// connectors join a legal form to the name or to another form; left over at an
// edge they mean nothing.
var connectors = set(`co und and et og och u cie mit`)

var leadingForms = set(`sarl sas sa ab firma fa ets societe stiftelsen the eurl sci`)

// WeakCompanyWord reports whether a word of a company name says what it does or
// where it is rather than who it is, so that two names sharing only it share nothing.
func WeakCompanyWord(w string) bool { return weakWords[w] || len(w) < 2 }

var weakWords = set(`soehne sohn und and et og och the der die das le la les de du des von van for fuer pour group gruppe groupe gruppen holding
	international europe europa deutschland germany austria oesterreich schweiz suisse switzerland france belgium belgique sverige sweden norge norway danmark denmark
	uk usa nordic scandinavia handel handels vertrieb vertriebs service services solutions systems system systeme technik technology technologies
	consulting beratung management bau transport transporte logistik logistics elektro energie energy metall software medien media marketing
	immobilien verlag haus brothers sons fils freres bros gebrueder bruder sons son partner partners partnere`)
