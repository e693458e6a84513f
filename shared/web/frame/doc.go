// Package frame is what every page and API route of the portal stands in: the
// route table as data, who may use a route, sessions and form tokens, limits,
// security headers, errors, lists, downloads and the description of the API.
//
// It promises: a route that is not in the table does not exist; a route whose
// conditions are not met never reaches its handler; every response, errors
// too, carries the security headers; nothing of a request but its pattern,
// status and duration is logged.
//
// It must not know what any page is about.
package frame
