// Package web is the portal: every page and every API route, server-rendered,
// working without script except where script is the point.
//
// Each file holds the pages of one group of people or one subject: its lines
// of the route table, its handlers, and the view models its templates get. A
// view model holds what that role may see and nothing else; no record of the
// store reaches a template. What people may do is decided by the rooms that
// carry out the acts; the table says who may ask.
//
// It must not: change anything on GET; put a secret into an address, a log or
// a page; answer differently for what does not exist and what is another
// unit's.
package web
