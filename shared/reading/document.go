package reading

// Kind is the kind of a document, decided by its content.
type Kind string

const (
	// Letter is a tờ trình, the submission letter.
	Letter Kind = "to_trinh"
	// Minutes is a biên bản, the minutes of the meeting that voted.
	Minutes Kind = "bien_ban"
	// Report is a báo cáo thành tích, the achievement report of one nominee.
	Report Kind = "bao_cao"
	// Other is anything else, such as an official letter or an invoice.
	Other Kind = "khac"
)

// NomineeKind tells a collective from an individual.
type NomineeKind string

const (
	// Collective is a tập thể.
	Collective NomineeKind = "tap_the"
	// Individual is a cá nhân.
	Individual NomineeKind = "ca_nhan"
)

// VoteScopeList marks minutes in which one sentence states the votes for all.
const VoteScopeList = "list"

// Document is one document of a file. The JSON names are the public schema.
// An empty string and a nil pointer both mean "not found"; a nil number is
// not zero: a letter that leaves its counts blank states none.
type Document struct {
	Kind  Kind   `json:"kind"`
	Pages [2]int `json:"pages"` // first and last, from 1

	// The header, in every kind.
	Number    string   `json:"so_ky_hieu,omitempty"`       // "109/TTr-UBND" as printed, without spaces
	IssuedOn  string   `json:"ngay_ban_hanh,omitempty"`    // ISO date of the header's date line
	Place     string   `json:"dia_danh,omitempty"`         // before that date
	Parent    string   `json:"co_quan_chu_quan,omitempty"` // superior body above the issuer
	Issuer    string   `json:"co_quan_ban_hanh,omitempty"`
	Subject   string   `json:"trich_yeu,omitempty"` // the lines under the title, joined
	Addressed []string `json:"kinh_gui,omitempty"`
	Form      string   `json:"mau_so,omitempty"`    // form the document says it follows
	Award     string   `json:"hinh_thuc,omitempty"` // award form asked for, such as "Bằng khen"
	Secrecy   string   `json:"do_mat,omitempty"`    // MẬT, TỐI MẬT or TUYỆT MẬT as stamped
	Signed    *bool    `json:"da_ky,omitempty"`     // signed, stamped or digitally signed
	SignedBy  string   `json:"nguoi_ky,omitempty"`  // printed name under the signature
	SignTitle string   `json:"chuc_danh_ky,omitempty"`
	Authority string   `json:"quyen_ky,omitempty"` // TM., KT., TL., TUQ. or Q. before the title; several in their order: "TM. KT."

	// A letter.
	StatedCollectives *int   `json:"so_luong_tap_the,omitempty"` // stated in the request sentence
	StatedIndividuals *int   `json:"so_luong_ca_nhan,omitempty"`
	QuotedCollectives *int   `json:"chi_tieu_tap_the,omitempty"` // cap the letter itself quotes
	QuotedIndividuals *int   `json:"chi_tieu_ca_nhan,omitempty"`
	CitedMinutesDate  string `json:"ngay_bien_ban,omitempty"` // date of the minutes it cites

	// Minutes.
	MetOn     string `json:"ngay_hop,omitempty"`
	Members   *int   `json:"so_thanh_vien,omitempty"`
	Present   *int   `json:"so_co_mat,omitempty"`
	Absent    *int   `json:"so_vang,omitempty"`
	Chair     string `json:"chu_tri,omitempty"`
	Secretary string `json:"thu_ky,omitempty"`
	VoteScope string `json:"vote_scope,omitempty"` // VoteScopeList or empty

	// A report.
	Name        string      `json:"ten,omitempty"`
	NomineeKind NomineeKind `json:"loai,omitempty"`
	BirthDate   string      `json:"ngay_sinh,omitempty"` // ISO; only a year when no more is given
	Position    string      `json:"chuc_vu,omitempty"`
	Unit        string      `json:"don_vi,omitempty"`
	Confirmed   *bool       `json:"xac_nhan,omitempty"`
	ConfirmedBy string      `json:"nguoi_xac_nhan,omitempty"`
	ReportedBy  string      `json:"nguoi_bao_cao,omitempty"`

	Nominees []Nominee `json:"nominees,omitempty"`

	// Unsure names the fields a person is asked about, in schema order.
	Unsure []string `json:"unsure,omitempty"`
	// Evidence is keyed by the JSON name of the field.
	Evidence map[string]Evidence `json:"evidence,omitempty"`
}

// Nominee is one entry of a letter's list or of the minutes' votes.
type Nominee struct {
	Name     string      `json:"ten"`
	Kind     NomineeKind `json:"loai,omitempty"`
	Position string      `json:"chuc_vu,omitempty"`
	Unit     string      `json:"don_vi,omitempty"`
	Award    string      `json:"hinh_thuc,omitempty"` // where the list states it

	VotesFor *int     `json:"phieu_dong_y,omitempty"`
	VotesOf  *int     `json:"phieu_tong,omitempty"` // the printed denominator
	Percent  *float64 `json:"ty_le,omitempty"`      // as printed, also when wrong

	Unsure   bool                `json:"unsure,omitempty"`
	Evidence map[string]Evidence `json:"evidence,omitempty"`
}

// IsUnsure reports whether a person is asked about the field.
func (d *Document) IsUnsure(field string) bool {
	for _, f := range d.Unsure {
		if f == field {
			return true
		}
	}
	return false
}

// Doubt marks a field as one to ask a person about.
func (d *Document) Doubt(field string) {
	if !d.IsUnsure(field) {
		d.Unsure = append(d.Unsure, field)
	}
}

// settle removes the doubt about a field.
func (d *Document) settle(field string) {
	var left []string
	for _, f := range d.Unsure {
		if f != field {
			left = append(left, f)
		}
	}
	d.Unsure = left
}
