// Package campaign holds emulation campaigns and their rules as data.
//
// A campaign is one file in plans/, read from one plan. Every value of it is a
// Leaf: the value, whether the plan states it, the few words that carry it and
// where they stand. What a plan does not state is not_stated: it is neither
// zero nor unlimited nor some usual value, and whoever needs it must have it
// decided by a person. Open builds the settings of a round that way.
//
// Rules are files in rules/, one for each layer of law that says something
// about nomination dossiers, with the days from and until which it holds.
// RuleSetAt gives what is in force for a campaign at an instant, to be pinned
// by id and digest when a dossier is validly received, and never recomputed.
//
// The package is pure: it reads no clock and no file but those it embeds, and
// it judges nothing.
package campaign
