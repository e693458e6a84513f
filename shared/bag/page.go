package bag

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"hoso/shared/evidence"
)

//go:embed readme.txt
var readme string

// vietnam is the time people read; the country has had no other since 1975.
var vietnam = time.FixedZone("ICT", 7*60*60)

// members makes the payload files that the package writes itself.
func (in Input) members(files []FileEntry) ([]File, error) {
	page, err := in.page(files)
	if err != nil {
		return nil, err
	}
	summary, err := json.MarshalIndent(Summary{
		Format: Format, Name: in.Name, Title: in.Title, SealedAt: in.At.UTC().Format(evidence.TimeLayout),
		Chain: in.Chain, Facts: in.Facts, Tables: in.Tables, Files: files,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("bag: summary: %w", err)
	}
	var texts, proofs bytes.Buffer
	for _, t := range in.Texts {
		if err := json.NewEncoder(&texts).Encode(t); err != nil {
			return nil, fmt.Errorf("bag: text: %w", err)
		}
	}
	for _, p := range in.Proofs {
		if err := json.NewEncoder(&proofs).Encode(p); err != nil {
			return nil, fmt.Errorf("bag: proof: %w", err)
		}
	}
	return []File{
		Bytes(PageFile, "", page),
		Bytes(SummaryFile, "", append(summary, '\n')),
		Bytes(EventsFile, "", lines(in.Events)),
		Bytes(RelatedFile, "", lines(in.Related)),
		Bytes(TextsFile, "", texts.Bytes()),
		Bytes(ProofsFile, "", proofs.Bytes()),
		Bytes(CheckpointFile, "", in.Checkpoint),
		Bytes(KeyFile, "", []byte(in.Key+"\n")),
	}, nil
}

func lines(events []evidence.Placed) []byte {
	var b bytes.Buffer
	for _, p := range events {
		b.WriteString(p.Line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// pageEvent is a row of the history on the page.
type pageEvent struct {
	Place, At, Type, Actor, Data string
	Texts                        []pageText
	Elsewhere                    int // texts about others, which are not in the package
}

type pageText struct {
	Text   string
	Erased bool
}

// page renders the package for people.
func (in Input) page(files []FileEntry) ([]byte, error) {
	c, err := evidence.Peek(in.Checkpoint)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, text := range in.Texts {
		texts[text.Chain+" "+string(text.Commitment)] = text.Text.Text
	}
	erased := map[string]bool{}
	for _, p := range slices.Concat(in.Events, in.Related) {
		e, err := evidence.Read(p)
		if err != nil {
			return nil, err
		}
		gone, err := e.Erased()
		if err != nil {
			return nil, err
		}
		for _, c := range gone {
			erased[e.Chain+" "+string(c)] = true
		}
	}
	var events []pageEvent
	for _, p := range slices.Concat(in.Events, in.Related) {
		e, err := evidence.Read(p)
		if err != nil {
			return nil, err
		}
		row := pageEvent{
			Place: fmt.Sprint(e.Seq), At: local(e.At), Type: named(in.Types, e.Type), Actor: named(in.Actors, e.Actor), Data: string(e.Data),
		}
		if row.Data == "{}" || row.Data == "null" {
			row.Data = ""
		}
		if e.Chain != in.Chain {
			row.Place = fmt.Sprintf("%s #%d", e.Chain, e.Seq)
		}
		for _, name := range slices.Sorted(maps.Keys(e.Texts)) {
			key := e.Chain + " " + string(e.Texts[name])
			text, here := texts[key]
			if here || erased[key] {
				row.Texts = append(row.Texts, pageText{Text: text, Erased: !here})
			} else {
				row.Elsewhere++
			}
		}
		events = append(events, row)
	}
	return []byte(in.html(files, events, c)), nil
}

// link makes the address of a payload file as seen from the page under data/.
func link(path string) string {
	return (&url.URL{Path: strings.TrimPrefix(path, "data/")}).String()
}

func local(t time.Time) string { return t.In(vietnam).Format("15:04:05 02/01/2006") }

func named(names map[string]string, id string) string {
	if n, ok := names[id]; ok {
		return n
	}
	return id
}
