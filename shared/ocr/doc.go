// Package ocr recognises the pages of a PDF that are pictures: poppler draws
// a page, this package straightens it and takes its ruling lines out, and
// Tesseract reads the words. Words and lines then go through the same layout
// and field steps as the text of a digital file.
//
// Every value it gives says that it was recognised and how sure the reading
// is; what is not sure is asked. A number or a day that may be written by hand
// is never given as certain. No PDF and no foreign picture is opened in this
// process: both programs run behind the walls of the caller's runner.
package ocr
