package carddav

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"kith/internal/contact"
)

func TestVerdict(t *testing.T) {
	tests := []struct {
		status    int
		condition string
		class     contact.Class
	}{
		{401, "", contact.Credentials},
		{403, "", contact.Forbidden},
		{403, "need-privileges", contact.Forbidden},
		{403, "valid-address-data", contact.Refused},
		{403, "supported-address-data", contact.Refused},
		{409, "no-uid-conflict", contact.Refused},
		{403, "max-resource-size", contact.Refused},
		{412, "valid-calendar-data", contact.Refused},
		{404, "", contact.NotFound},
		{410, "", contact.NotFound},
		{412, "", contact.Conflicting},
		{400, "", contact.Refused},
		{413, "", contact.Refused},
		{415, "", contact.Refused},
		{422, "", contact.Refused},
		{423, "", contact.Refused},
		{507, "", contact.Refused},
		{407, "", contact.Setup},
		{405, "", contact.Setup},
		{501, "", contact.Setup},
		{429, "", contact.Throttled},
		{503, "", contact.Throttled},
		{500, "", contact.Unreachable},
		{502, "", contact.Unreachable},
		{599, "", contact.Unreachable},
		{418, "", contact.Malformed},
		{200, "", contact.Malformed},
	}
	for _, tt := range tests {
		err := verdict("write a card", tt.status, tt.condition, http.Header{})
		if got := contact.ClassOf(err); got != tt.class {
			t.Errorf("%d %s: class %q (%v), want %q", tt.status, tt.condition, got, err, tt.class)
		}
	}
	if err := verdict("write a card", 409, "no-uid-conflict", nil); !errors.Is(err, errUIDTaken) {
		t.Errorf("%v does not say that the UID is taken", err)
	}
}

func TestRetryAfter(t *testing.T) {
	const date = "Sun, 22 Nov 2026 09:00:00 GMT"
	for text, want := range map[string]time.Duration{
		"":                              time.Minute,
		"0":                             0,
		"3":                             3 * time.Second,
		"-3":                            time.Minute,
		"soon":                          time.Minute,
		"99999999999999999999":          time.Minute,
		"999999999":                     24 * time.Hour,
		"Sun, 22 Nov 2026 09:00:07 GMT": 7 * time.Second,
		"Sun, 22 Nov 2026 08:00:00 GMT": 0,
		"Sun, 22 Nov 2036 09:00:00 GMT": 24 * time.Hour,
	} {
		header := http.Header{"Retry-After": {text}, "Date": {date}}
		if got := retryAfter(header); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}
