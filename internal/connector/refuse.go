package connector

import (
	"fmt"

	"kith/internal/contact"
)

// Refuse makes an error of class Refused: the system does not accept the
// record for a reason that a person can act on. The format is that of
// fmt.Errorf and must not show the record's values.
func Refuse(reason contact.Reason, format string, args ...any) error {
	return &contact.Error{Class: contact.Refused, Reason: reason, Err: fmt.Errorf(format, args...)}
}
