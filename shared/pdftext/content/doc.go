// Package content interprets the content streams of one page: it follows the
// whole graphics state, forms and the appearances of annotations, and gives
// the glyphs, ruling lines and pictures of the page as it is shown, turned
// upright, in points from its top left corner.
//
// Text that nobody can see (invisible, white, outside, covered, in a layer
// that is off) is counted and left out. Every loop is bounded by a Budget.
package content
