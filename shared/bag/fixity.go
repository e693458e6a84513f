package bag

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Problem is something in a package that does not hold. Path is the file,
// relative to the folder.
type Problem struct {
	Code   string
	Path   string
	Detail string // for logs
}

// Codes of Problem.
const (
	NotBag      = "package-not-bag"      // not a BagIt 1.0 bag with a SHA-256 manifest
	FileMissing = "package-file-missing" // listed and not there
	FileExtra   = "package-file-extra"   // there and not listed
	FileDiffers = "package-file-differs" // other bytes than listed
	FileDamaged = "package-file-damaged" // cannot be read
	BadManifest = "package-manifest-bad" // a manifest that cannot be read
)

// Fixity checks the bag as BagIt defines it: every payload file is listed and
// every listed file is there with its hash. It tells each problem to report
// and gives the SHA-256 of every payload file that it could read. An error
// means that ctx ended.
func (p *Package) Fixity(ctx context.Context, report func(Problem)) (map[string]string, error) {
	p.declaration(report)
	sums := map[string]string{}
	for _, name := range p.Names() {
		if !strings.HasPrefix(name, "data/") {
			continue
		}
		sum, _, err := p.Sum(ctx, name)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			report(Problem{FileDamaged, name, err.Error()})
			continue
		}
		sums[name] = sum
	}
	payload, err := p.Manifest(ManifestFile)
	if err != nil {
		report(Problem{BadManifest, ManifestFile, err.Error()})
	} else {
		p.compare(payload, sums, report)
		for _, name := range slices.Sorted(maps.Keys(sums)) {
			if _, listed := payload[name]; !listed {
				report(Problem{FileExtra, name, "not in " + ManifestFile})
			}
		}
	}
	tags, err := p.Manifest(TagManifestFile)
	if err != nil {
		report(Problem{BadManifest, TagManifestFile, err.Error()})
		return sums, nil
	}
	for _, name := range []string{BagFile, InfoFile, ReadmeFile, ManifestFile} {
		if _, listed := tags[name]; !listed {
			report(Problem{FileExtra, name, "not in " + TagManifestFile})
		}
	}
	tagSums := map[string]string{}
	for name := range tags {
		if sum, _, err := p.Sum(ctx, name); err == nil {
			tagSums[name] = sum
		}
	}
	p.compare(tags, tagSums, report)
	return sums, ctx.Err()
}

// compare reports listed files that are missing or differ.
func (p *Package) compare(listed, sums map[string]string, report func(Problem)) {
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		switch sum, read := sums[name]; {
		case !p.Has(name):
			report(Problem{FileMissing, name, "listed"})
		case read && sum != listed[name]:
			report(Problem{FileDiffers, name, "has " + sum})
		case !read:
			report(Problem{FileDamaged, name, "cannot be read"})
		}
	}
}

// declaration checks what bagit.txt says and that nothing stands in the
// package beside the bag and its seal.
func (p *Package) declaration(report func(Problem)) {
	text, err := p.Bytes(BagFile)
	if err != nil || string(text) != "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n" {
		report(Problem{NotBag, BagFile, "declaration"})
	}
	known := map[string]bool{
		BagFile: true, InfoFile: true, ReadmeFile: true, ManifestFile: true, TagManifestFile: true,
		SealEventFile: true, SealProofFile: true, SealCheckpoint: true,
	}
	for _, name := range p.Names() {
		if !known[name] && !strings.HasPrefix(name, "data/") {
			report(Problem{FileExtra, name, "not of this format"})
		}
	}
}
