package ocr

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"hoso/shared/fault"
	"hoso/shared/pictures"
	"hoso/shared/sandbox"
)

// CodeNotInstalled marks the error of a machine without Tesseract, its
// Vietnamese language file, or poppler.
const CodeNotInstalled = "ocr-not-installed"

// MaxPixels bounds one drawn page; a larger one is drawn at a lower
// resolution. DPI is the resolution that reads best.
const (
	MaxPixels = 50_000_000
	DPI       = 200
	leastDPI  = 72
)

// languageDirs is where packages put the language file.
func languageDirs() []string {
	return []string{"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata", "/usr/share/tesseract/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata"}
}

func notInstalled(err error) error {
	return &fault.Error{
		Kind: fault.NotFound, Op: "ocr.programs", Code: CodeNotInstalled, Err: err,
		Public: "Máy chủ chưa cài bộ nhận dạng chữ nên trang ảnh phải do người đọc; người vận hành cài bằng lệnh: apt-get install tesseract-ocr tesseract-ocr-vie poppler-utils.",
	}
}

// languageFile finds the language file.
func languageFile() (string, error) {
	for _, dir := range languageDirs() {
		path := filepath.Join(dir, "vie.traineddata")
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", notInstalled(fmt.Errorf("no vie.traineddata in %v", languageDirs()))
}

// Tool names what recognises: the version of Tesseract and the SHA-256 of the
// language file. Error: fault.NotFound (CodeNotInstalled).
func (r *Recogniser) Tool(ctx context.Context) (string, error) {
	path, err := languageFile()
	if err != nil {
		return "", err
	}
	language, err := os.ReadFile(path)
	if err != nil {
		return "", notInstalled(err)
	}
	in, err := sandbox.Spool(nil)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := r.run(ctx, "tesseract", []string{"--version"}, in, pictures.Limits{Memory: 1 << 30, CPU: 5 * time.Second, Wall: 20 * time.Second, Output: 64 << 10})
	if err != nil {
		return "", err
	}
	version, _, _ := strings.Cut(string(out), "\n")
	sum := sha256.Sum256(language)
	return strings.TrimSpace(version) + " vie:" + hex.EncodeToString(sum[:]), nil
}

// run runs a program over in from its start and says in one way that it is
// not there. A failed run is tried once more: on a busy machine a guarded
// program may fail to start for want of memory, and the same file must give
// the same reading.
func (r *Recogniser) run(ctx context.Context, program string, args []string, in *os.File, l pictures.Limits) (out []byte, err error) {
	for range 2 {
		if _, err := in.Seek(0, 0); err != nil {
			return nil, fault.Wrap(fault.Transient, "ocr.run", err)
		}
		if out, err = r.child.Run(ctx, program, args, in, l); !fault.Is(err, fault.Unreadable) {
			break
		}
	}
	if fault.Is(err, fault.NotFound) {
		return nil, notInstalled(err)
	}
	return out, err
}

// draw gives the pictures of a page of the size in points, and its resolution.
func (r *Recogniser) draw(ctx context.Context, pdf *os.File, page int, width, height float64) (leaf, float64, error) {
	dpi := float64(DPI)
	if n := width * height / (72 * 72) * dpi * dpi; n > MaxPixels {
		dpi = math.Floor(dpi*math.Sqrt(MaxPixels/n)*100) / 100
	}
	if !(dpi >= leastDPI) {
		return leaf{}, 0, &fault.Error{Kind: fault.Unreadable, Op: "ocr.draw", Err: fmt.Errorf("page of %g x %g points", width, height)}
	}
	n := strconv.Itoa(page)
	args := []string{"-cropbox", "-singlefile", "-f", n, "-l", n, "-r", strconv.FormatFloat(dpi, 'f', 2, 64), "-"}
	raw, err := r.run(ctx, "pdftoppm", args, pdf, pictures.Limits{Memory: 1 << 30, CPU: 20 * time.Second, Wall: 60 * time.Second, Output: 4 * MaxPixels})
	if err != nil {
		return leaf{}, 0, err
	}
	l, err := parsePNM(raw)
	if err != nil {
		return leaf{}, 0, fault.Wrap(fault.Unreadable, "ocr.draw", err)
	}
	return l, dpi, nil
}

// read runs Tesseract over a picture in one of its page modes.
func (r *Recogniser) read(ctx context.Context, pgm []byte, mode int, dpi float64) ([]word, error) {
	in, err := sandbox.Spool(pgm)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	language, err := languageFile()
	if err != nil {
		return nil, err
	}
	args := []string{
		"stdin", "stdout", "--tessdata-dir", filepath.Dir(language), "-l", "vie", "--dpi", strconv.Itoa(int(dpi)), "--psm", strconv.Itoa(mode),
		"-c", "tessedit_create_hocr=1", "-c", "tessedit_create_txt=0",
	}
	out, err := r.run(ctx, "tesseract", args, in, pictures.Limits{Memory: 1 << 30, CPU: 30 * time.Second, Wall: 120 * time.Second, Output: 16 << 20})
	if err != nil {
		return nil, err
	}
	return parseHOCR(out, dpi), nil
}
