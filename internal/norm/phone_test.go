package norm

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func TestPhone(t *testing.T) {
	for _, c := range []struct{ in, country, want string }{
		{"+49 (0)30 123456", "", "+4930123456"},
		{"030 / 12 34 56", "DE", "+4930123456"},
		{"0049-30-123456", "FR", "+4930123456"},
		{"tel:+49-30-123456", "", "+4930123456"},
		{"030 123456 ext. 12", "DE", "+4930123456;ext=12"},
		{"030 123456 Durchwahl 7", "Germany", "+4930123456;ext=7"},
		{"+4930123456;ext=12", "", "+4930123456;ext=12"},
		{"0171 2345678", "DE", "+491712345678"},
		{"0171 2345678", "", "0171 2345678"},
		{"+47 (0) 22 12 34 56", "NO", "+4722123456"},
		{"22 12 34 56", "NO", "+4722123456"},
		{"(212) 555-0123", "US", "+12125550123"},
		{"1-212-555-0123", "US", "+12125550123"},
		{"011 49 30 123456", "US", "+4930123456"},
		{"06 12 34 56 78", "FR", "+33612345678"},
		{"0381 524 8880", "FR", "+333815248880"}, // one digit too many, twice the same way
		{"+33 (0) 381 524 8880", "", "+333815248880"},
		{"06 6982 1234", "IT", "+390669821234"},
		{"８９ １２３４５６", "DE", "+4989123456"},
		{"110", "DE", "110"},
		{"4711", "DE", "4711"},
		{"0800 FLOWERS", "DE", "0800 FLOWERS"},
		{"030 123456 or 030 654321", "DE", "030 123456 or 030 654321"},
		{"030 123456 / 030 65432189", "DE", "030 123456 / 030 65432189"},
		{"see  mail", "DE", "see mail"},
		{"000000000", "DE", "000000000"},
		{"", "DE", ""},
	} {
		if got := Phone(c.in, c.country); got != c.want {
			t.Errorf("Phone(%q, %q) = %q, want %q", c.in, c.country, got, c.want)
		}
	}
}

func TestPhoneAs(t *testing.T) {
	for _, c := range []struct{ in, country, style, want string }{
		{"030/123456", "DE", "as typed", "030/123456"},
		{"030/123456", "DE", "e164", "+4930123456"},
		{"030/123456", "DE", "international", "+49 30 123456"},
		{"+4930123456", "DE", "national", "030 123456"},
		{"+4930123456", "FR", "national", "+49 30 123456"},
		{"030/123456", "DE", "digits", "004930123456"},
		{"030/123456 ext 5", "DE", "e164", "+4930123456;ext=5"},
		{"030/123456 ext 5", "DE", "international", "+49 30 123456 ext. 5"},
		{"110", "DE", "e164", "110"},
		{"call me", "DE", "international", "call me"},
		{"0381 524 8880", "FR", "international", "0381 524 8880"}, // not a French number: not ours to rewrite
		{"030/123456", "DE", "fancy", "030/123456"},
	} {
		if got := PhoneAs(c.in, c.country, c.style); got != c.want {
			t.Errorf("PhoneAs(%q, %q, %q) = %q, want %q", c.in, c.country, c.style, got, c.want)
		}
	}
}

func TestIsMobile(t *testing.T) {
	for number, want := range map[string]PhoneClass{
		"+491712345678": PhoneMobile, "+4930123456": PhoneFixed, "+436641234567": PhoneMobile, "+43662123456": PhoneFixed,
		"+41791234567": PhoneMobile, "+33612345678": PhoneMobile, "+33112345678": PhoneFixed, "+32470123456": PhoneMobile,
		"+46701234567": PhoneMobile, "+4791234567": PhoneMobile, "+4522123456": PhoneUnknown, "+447712345678": PhoneMobile,
		"+12125550123": PhoneUnknown, "+31612345678": PhoneMobile, "+31201234567": PhoneFixed, "no number": PhoneUnknown,
		"+491712345678;ext=3": PhoneMobile,
	} {
		if got := ClassifyPhone(number); got != want {
			t.Errorf("ClassifyPhone(%q) = %v, want %v", number, got, want)
		}
		if got := IsMobile(number); got != (want == PhoneMobile) {
			t.Errorf("IsMobile(%q) = %v", number, got)
		}
	}
}

// The library is the judge: every valid number of the ten countries, typed in the
// usual ways, must come out as it says, and be a mobile's when it says so.
func TestPhoneAgreesWithLibrary(t *testing.T) {
	for country, z := range zones {
		rng := rand.New(rand.NewPCG(uint64(country[0]), uint64(country[1])))
		valid := 0
		for try := 0; try < 20000 && valid < 600; try++ {
			nsn := ""
			for n := 6 + rng.IntN(6); len(nsn) < n; {
				nsn += fmt.Sprint(rng.IntN(10))
			}
			n, err := phonenumbers.Parse("+"+z.code+nsn, "ZZ")
			if err != nil || !phonenumbers.IsValidNumber(n) {
				continue
			}
			want := phonenumbers.Format(n, phonenumbers.E164)
			if len(want) < 1+len(z.code)+minNational {
				continue
			}
			valid++
			national := phonenumbers.GetNationalSignificantNumber(n)
			for _, typed := range []string{
				want, "+" + z.code + " " + national, "00" + z.code + national, z.trunk + national,
				z.trunk + national[:3] + " / " + national[3:], phonenumbers.Format(n, phonenumbers.NATIONAL), phonenumbers.Format(n, phonenumbers.INTERNATIONAL),
			} {
				if country == "US" || country == "CA" {
					if typed == "00"+z.code+national {
						continue // dialled 011 there
					}
				}
				// What the library itself reads otherwise is no fault of ours.
				lib, err := phonenumbers.Parse(typed, country)
				if err != nil || !phonenumbers.IsValidNumber(lib) {
					continue
				}
				if got, want := Phone(typed, country), phonenumbers.Format(lib, phonenumbers.E164); got != want {
					t.Errorf("%s: Phone(%q) = %q, library %q", country, typed, got, want)
				}
			}
			if region := phonenumbers.GetRegionCodeForNumber(n); region != country {
				continue
			}
			if strings.HasPrefix(want, "+43648") {
				continue // mobile or a village's landline, by its length alone
			}
			kind := phonenumbers.GetNumberType(n)
			if got := IsMobile(want); got != (kind == phonenumbers.MOBILE) && !z.mute {
				t.Errorf("%s: IsMobile(%q) = %v, library type %v", country, want, got, kind)
			}
		}
		if valid < 100 {
			t.Errorf("%s: only %d valid numbers tried", country, valid)
		}
	}
}

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"+49 (0)30 123456", "0171/2345678 ext 5", "0049 0 30", "+1 212 555 0123", "110", "+39 06 123456", "00", "+0", "tel:", "#1", "+3606301234567", "tEL:010000000000", "+0(0)", "\v001000000", "+3100000000X0", "+3100000000", "+390612345678 ext 12"} {
		f.Add(s, "DE")
		f.Add(s, "US")
		f.Add(s, "IT")
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		once := Phone(s, country)
		if twice := Phone(once, country); twice != once {
			t.Errorf("Phone(%q, %q) = %q, again %q", s, country, once, twice)
		}
		if IsPhone(once) && Phone(once, "") != once {
			t.Errorf("Phone(%q) depends on the country once normal", once)
		}
		for _, style := range []string{"e164", "international", "digits"} {
			if shown := PhoneAs(s, country, style); style != "digits" && Phone(shown, country) != once {
				t.Errorf("PhoneAs(%q, %q, %s) = %q is another number than %q", s, country, style, shown, once)
			}
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	for _, c := range []struct{ name, in string }{{"normal", "+491712345678"}, {"typed", "+49 (0)171 / 234 56 78"}, {"national", "0171 2345678"}, {"foreign", "+39 06 6982 1234"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Phone(c.in, "DE")
			}
		})
	}
}
