package norm

import (
	"slices"
	"strings"
)

// LegalForm names the legal form that [Company] takes off a name, in one spelling for
// each: "gmbh" for "mbH", "GesmbH" and "GmbH", "gmbh+kg" for "GmbH & Co. KG". It is
// empty where the name has none, or one that says little ("Gesellschaft", "Company").
func LegalForm(s string) string {
	var room, kinds [16]string
	list := words(room[:0], fold(s, true))
	all := slices.Clone(list)
	core := stripLegal(list)
	if len(core) == len(all) {
		return ""
	}
	start := 0
	for start+len(core) < len(all) && !slices.Equal(all[start:start+len(core)], core) {
		start++
	}
	forms := kinds[:0]
	for i, w := range all {
		if kind, known := legalKinds[w]; known && (i < start || i >= start+len(core)) && !slices.Contains(forms, kind) {
			forms = append(forms, kind)
		}
	}
	return strings.Join(forms, "+")
}

// legalKinds gives legal forms that are one the same name.
var legalKinds = func() map[string]string {
	kinds := map[string]string{}
	for group := range strings.SplitSeq(`gmbh mbh gesmbh ggmbh,ag aktiengesellschaft,kg keg,kgaa,ohg og,gbr,ug,ev,ek ekfr ekfm,eg,se,sarl,sa,sas sasu,eurl,snc,sci,scop,
		srl sprl bv bvba,nv,scrl,asbl vzw,ab aktiebolag publ,hb handelsbolag,kb kommanditbolag,as aktieselskab aksjeselskap,asa,ans,da,nuf,enk,aps anpartsselskab,is,ivs,amba,
		ltd limited,plc,llp,llc,lp,inc incorporated corp corporation,sagl`, ",") {
		same := strings.Fields(group)
		for _, form := range same {
			kinds[form] = same[0]
		}
	}
	return kinds
}()
