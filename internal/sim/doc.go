// Package sim invents the companies and persons of the demo: believable people
// of six countries, known to a CRM, an ERP and a team's address book, each of
// which shows them in its own way and knows only some of them. The same seed
// makes the same world.
//
// Nobody in it exists: mail addresses lie below .example, and telephone numbers
// come from ranges kept free for fiction where a country has them.
package sim
