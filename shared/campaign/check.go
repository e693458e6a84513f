package campaign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hoso/shared/viettext"
)

var (
	idForm     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	decreeForm = regexp.MustCompile(`^\d+/\d{4}/(NĐ-CP|TT-[\p{Lu}&]+)$`)
)

// maxQuote is how many words a quote may have: the words that carry a value,
// never a sentence of somebody's text.
const maxQuote = 16

// check adds a fault for everything a plan file may not say.
func (s *source) check(c *Campaign) {
	if !idForm.MatchString(c.ID) {
		s.fault("id", "mã phong trào không hợp lệ", "Viết chữ thường không dấu, số và gạch nối, ví dụ bac-kan-2022-2025")
	}
	if c.Document.File == "" {
		s.fault("document.file", "không ghi văn bản nguồn", "Viết tên tệp văn bản kế hoạch")
	}
	if !slices.Contains([]string{"plan", "near_full_text", "news_summary"}, c.Document.Nature) {
		s.fault("document.nature", "loại văn bản nguồn không rõ", "Viết plan, near_full_text hoặc news_summary")
	}
	visit(c, func(path, _ string, l anyLeaf) { s.checkLeaf(path, l.facts()) })
	s.checkPeriod(c)
	s.checkRounds(c)
	s.checkLists(c)
	s.checkDossier(c)
	s.checkRoute(c)
}

// checkLeaf holds a leaf to its status.
func (s *source) checkLeaf(path string, l leafFacts) {
	switch l.status {
	case Stated:
		if !l.hasValue {
			s.fault(path, "ghi stated mà không có value", "Viết value, hoặc đổi status thành not_stated")
		}
		if l.quote == "" {
			s.fault(path, "ghi stated mà không có quote", "Trích vài từ của kế hoạch mang giá trị này")
		}
		if l.source == "" {
			s.fault(path, "ghi stated mà không có source", "Viết mục của kế hoạch, ví dụ mục IV.2.1")
		}
	case Decided:
		if !l.hasValue {
			s.fault(path, "ghi decided mà không có value", "Viết value đã quyết định")
		}
		if l.source == "" {
			s.fault(path, "ghi decided mà không có source", "Viết ai hoặc văn bản nào quyết định")
		}
	case NotStated:
		if l.hasValue {
			s.fault(path, "ghi not_stated mà có value", "Bỏ value, hoặc đổi status thành stated hay decided")
		}
	case "":
		s.fault(path, "thiếu trường", "Viết not_stated nếu kế hoạch không nêu, không để trống")
	default:
		s.fault(path, "status “"+string(l.status)+"” không hợp lệ", "Viết stated, decided hoặc not_stated")
	}
	if n := len(strings.Fields(l.quote)); n > maxQuote {
		s.fault(path, fmt.Sprintf("quote dài %d từ", n), fmt.Sprintf("Chỉ trích những từ mang giá trị, nhiều nhất %d từ", maxQuote))
	}
	if text, ok := l.value.(string); ok && strings.TrimSpace(text) == "" {
		s.fault(path, "value rỗng", "Viết giá trị, hoặc not_stated")
	}
	if n, ok := l.value.(int); ok && n < 0 {
		s.fault(path, fmt.Sprintf("giá trị %d nhỏ hơn 0", n), "Viết số từ 0 trở lên; kế hoạch không nêu thì viết not_stated")
	}
}

func (s *source) checkPeriod(c *Campaign) {
	from, okFrom := c.Period.From.Get()
	to, okTo := c.Period.To.Get()
	if okFrom && okTo && from > to {
		s.fault("period", fmt.Sprintf("thời gian từ %d đến %d là ngược", from, to), "Đổi from và to")
	}
	if date, ok := c.Date.Get(); ok && okTo && date.Year > to {
		s.fault("date", "kế hoạch ban hành sau khi phong trào kết thúc", "Kiểm tra ngày ban hành và period.to")
	}
	if day, ok := c.Report.Deadline.Get(); ok && day.Year != 0 && (okFrom && day.Year < from || okTo && day.Year > to+1) {
		s.fault("report.deadline", "hạn báo cáo nằm ngoài thời gian phong trào", "Kiểm tra năm của hạn báo cáo")
	}
	if n, ok := c.Number.Get(); ok {
		if _, ok := viettext.ParseDocNumber(n); !ok {
			s.fault("number", "số, ký hiệu “"+n+"” không đúng dạng", "Viết như 635/KH-UBND")
		}
	}
}

func (s *source) checkRounds(c *Campaign) {
	if len(c.Rounds) == 0 {
		s.fault("rounds", "không có đợt khen thưởng nào", "Viết một đợt; điều kế hoạch không nêu của đợt viết not_stated")
	}
	from, okFrom := c.Period.From.Get()
	to, okTo := c.Period.To.Get()
	kinds := map[RoundKind]int{}
	for i, r := range c.Rounds {
		at := fmt.Sprintf("rounds[%d]", i)
		if !slices.Contains([]RoundKind{Interim, Final, Single}, r.Kind) {
			s.fault(at+".kind", "loại đợt “"+string(r.Kind)+"” không hợp lệ", "Viết so_ket, tong_ket hoặc single")
		}
		kinds[r.Kind]++
		w, ok := r.Window.Get()
		if ok && (okFrom && w.Year < from || okTo && w.Year > to) {
			s.fault(at+".window", fmt.Sprintf("đợt vào năm %d nằm ngoài thời gian phong trào", w.Year), "Sửa window của đợt hoặc period của phong trào")
		}
		if span, ok := r.Intake.Get(); ok && span.Until.Before(span.From) {
			s.fault(at+".intake", "ngày kết thúc nhận hồ sơ trước ngày bắt đầu", "Đổi from và until")
		}
		for _, later := range c.Rounds[i+1:] {
			l, okLater := later.Window.Get()
			if ok && okLater && r.Kind == Final && later.Kind == Interim && w.Window().From.Before(l.Window().From) {
				s.fault(at+".window", "tổng kết trước sơ kết", "Sửa window của hai đợt")
			}
		}
	}
	if kinds[Single] > 0 && len(c.Rounds) > 1 {
		s.fault("rounds", "có đợt single cùng với đợt khác", "Dùng so_ket và tong_ket khi có nhiều đợt")
	}
	if kinds[Final] > 1 {
		s.fault("rounds", "có hai đợt tổng kết", "Một phong trào chỉ có một đợt tong_ket")
	}
}

func (s *source) checkLists(c *Campaign) {
	ids := map[string][]string{}
	for _, x := range c.Bodies {
		ids["bodies"] = append(ids["bodies"], x.ID)
	}
	for _, x := range c.Content {
		ids["content"] = append(ids["content"], x.ID)
	}
	for _, x := range c.Awards {
		ids["awards"] = append(ids["awards"], x.ID)
	}
	for _, x := range c.Rounds {
		ids["rounds"] = append(ids["rounds"], x.ID)
	}
	for _, x := range c.Dossier.Items {
		ids["dossier.items"] = append(ids["dossier.items"], x.ID)
	}
	for _, x := range c.Route.Steps {
		ids["route.steps"] = append(ids["route.steps"], x.ID)
	}
	for _, x := range c.Succession {
		ids["succession"] = append(ids["succession"], x.ID)
	}
	for _, x := range c.Notes {
		ids["notes"] = append(ids["notes"], x.ID)
	}
	for name, group := range map[string][]Criterion{"criteria": c.Criteria, "requirements": c.Requirements} {
		for i, x := range group {
			ids[name] = append(ids[name], x.ID)
			at := fmt.Sprintf("%s[%d]", name, i)
			if x.Kind != Collective && x.Kind != Individual {
				s.fault(at+".kind", "loại đối tượng không hợp lệ", "Viết tap_the hoặc ca_nhan")
			}
			if x.Percent != nil && x.Percent.Or(0) > 100 {
				s.fault(at+".percent", "tỷ lệ trên 100%", "Viết số từ 0 đến 100")
			}
		}
	}
	for list, group := range ids {
		for i, id := range group {
			at := fmt.Sprintf("%s[%d].id", list, i)
			if !idForm.MatchString(id) {
				s.fault(at, "mã “"+id+"” không hợp lệ", "Viết chữ thường không dấu, số và gạch nối")
			}
			if slices.Contains(group[:i], id) {
				s.fault(at, "mã “"+id+"” ghi hai lần", "Mỗi mục một mã riêng")
			}
		}
	}
	if slices.Contains(ids["rounds"], AdHocID) {
		s.fault("rounds", "mã “"+AdHocID+"” dành cho khen thưởng đột xuất, không phải một đợt", "Đặt mã khác cho đợt")
	}
	pipeline := 0
	for _, a := range c.Awards {
		if a.Pipeline {
			pipeline++
		}
	}
	if pipeline != 1 {
		s.fault("awards", fmt.Sprintf("có %d hình thức ghi pipeline: true", pipeline), "Ghi pipeline: true ở đúng một hình thức mà các đợt trao")
	}
}

func (s *source) checkDossier(c *Campaign) {
	for i, item := range c.Dossier.Items {
		at := fmt.Sprintf("dossier.items[%d]", i)
		if !slices.Contains([]ItemKind{Letter, Minutes, Achievement, Other}, item.Kind) {
			s.fault(at+".kind", "loại tài liệu không hợp lệ", "Viết to_trinh, bien_ban, bao_cao hoặc khac")
		}
		if item.Per != "dossier" && item.Per != "nominee" {
			s.fault(at+".per", "không rõ mỗi hồ sơ hay mỗi người một bản", "Viết dossier hoặc nominee")
		}
		if item.Form != nil {
			s.checkForm(at+".form", *item.Form, true)
		}
		for j, next := range item.Successors {
			where := fmt.Sprintf("%s.successors[%d]", at, j)
			s.checkForm(where+".form", next.Form, false)
			if item.Form == nil {
				s.fault(where, "mẫu thay thế mà không có mẫu gốc", "Viết form của mục này trước")
			}
		}
	}
}

func (s *source) checkForm(path string, l Leaf[Form], numbered bool) {
	f, ok := l.Get()
	if !ok {
		return
	}
	if !decreeForm.MatchString(f.Decree) {
		s.fault(path, "mẫu không ghi rõ văn bản ban hành", "Viết decree như 91/2017/NĐ-CP: số mẫu một mình không đủ")
	}
	if numbered && f.Number == "" {
		s.fault(path, "mẫu không có số", "Viết number, ví dụ \"07\"")
	}
}

// checkRoute wants: dossier steps, one selection, review steps, one decision.
func (s *source) checkRoute(c *Campaign) {
	complete, _ := c.Route.Complete.Get()
	last, selections, decisions := 0, 0, 0
	order := map[Act]int{Appraise: 1, Select: 2, Review: 3, Decide: 4}
	for i, st := range c.Route.Steps {
		at := fmt.Sprintf("route.steps[%d]", i)
		if order[st.Act] == 0 {
			s.fault(at+".act", "việc của bước không hợp lệ", "Viết appraise, select, review hoặc decide")
			continue
		}
		if (st.Act == Appraise) != (st.Scope == ByDossier) || st.Act != Appraise && st.Scope != ByRound {
			s.fault(at+".scope", "phạm vi không hợp với việc của bước", "appraise đi với dossier; select, review, decide đi với round")
		}
		if complete && order[st.Act] < last {
			s.fault(at, "thứ tự bước ngược", "Xếp: thẩm định từng hồ sơ, lựa chọn, thẩm định danh sách, quyết định")
		}
		last = max(last, order[st.Act])
		if body, ok := st.Body.Get(); !ok || body == "" {
			s.fault(at+".body", "bước không giao cho cơ quan nào", "Viết cơ quan chịu trách nhiệm; chưa rõ thì bỏ bước và ghi route.complete: not_stated")
		}
		if !slices.Contains([]string{"expert", "head", "reviewer", "decider"}, st.Role) {
			s.fault(at+".role", "bước không giao cho ai", "Viết expert, head, reviewer hoặc decider")
		}
		if n, ok := st.Due.Get(); ok && n < 1 {
			s.fault(at+".due_working_days", "thời hạn dưới 1 ngày làm việc", "Viết số ngày làm việc từ 1, hoặc not_stated")
		}
		selections += count(st.Act == Select)
		decisions += count(st.Act == Decide)
	}
	if complete && (selections != 1 || decisions != 1) {
		s.fault("route", "tuyến trình ghi là đủ nhưng không có đúng một bước lựa chọn và một bước quyết định", "Thêm bước thiếu, hoặc viết complete: not_stated")
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
