package norm
func Country(s string) string { return s }
