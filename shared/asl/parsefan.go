package asl

func (f *faults) parallel(s *state, o *fields, seen map[string]string, assigned []string) {
	s.fan = &fanSpec{}
	branches := o.list("Branches")
	if len(branches) == 0 {
		f.add(o.at("Branches"), "must hold at least one branch")
	}
	for i, v := range branches {
		b := f.object(element(o.at("Branches"), i), v)
		b.text("Comment")
		s.fan.branches = append(s.fan.branches, f.graph(b, seen, assigned))
		b.close()
	}
	if v, ok := o.take("Parameters"); ok {
		s.params = f.template(o.at("Parameters"), v)
	}
	f.outcome(s, o)
}

func (f *faults) mapState(s *state, o *fields, seen map[string]string, assigned []string) {
	s.fan = &fanSpec{}
	o.only("ItemProcessor", "Iterator")
	o.only("ItemSelector", "Parameters")
	o.only("MaxConcurrency", "MaxConcurrencyPath")
	name := "ItemProcessor"
	if o.has("Iterator") {
		name = "Iterator"
	}
	if v, ok := o.take(name); ok {
		p := f.object(o.at(name), v)
		p.text("Comment")
		if c, ok := p.take("ProcessorConfig"); ok {
			f.processorConfig(f.object(p.at("ProcessorConfig"), c))
		}
		s.fan.each = f.graph(p, seen, assigned)
		p.close()
	} else {
		f.add(o.at(name), "is missing")
	}
	for _, name := range []string{"ItemSelector", "Parameters"} {
		if v, ok := o.take(name); ok {
			s.fan.selector = f.template(o.at(name), v)
		}
	}
	s.fan.items = f.reference(o, "ItemsPath")
	s.fan.concurrency = o.count("MaxConcurrency", 0, maxSeconds, 0)
	s.fan.concurrencyPath = f.reference(o, "MaxConcurrencyPath")
	f.outcome(s, o)
	o.refuse("a field of the distributed Map", "ItemReader", "ItemBatcher", "ResultWriter", "Label",
		"ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath")
}

func (f *faults) processorConfig(o *fields) {
	switch mode := o.text("Mode"); mode {
	case "", "INLINE":
	default:
		f.add(o.at("Mode"), "Map in %s mode", mode)
	}
	o.refuse("a field of the distributed Map", "ExecutionType")
	o.close()
}

// transitions checks where the states of a graph lead: every target exists,
// every state is reached, and there is a way to end.
func (f *faults) transitions(o, states *fields, g *graph) {
	target := func(at, name string) {
		if name != "" && g.states[name] == nil {
			f.add(at, "state %q does not exist here", name)
		}
	}
	target(o.at("StartAt"), g.start)
	for _, name := range sortedKeys(g.states) {
		s, at := g.states[name], states.at(name)
		target(member(at, "Next"), s.next)
		target(member(at, "Default"), s.dflt)
		for i, c := range s.choices {
			target(member(element(member(at, "Choices"), i), "Next"), c.next)
		}
		for i, c := range s.catch {
			target(member(element(member(at, "Catch"), i), "Next"), c.next)
			if c.next == "" {
				f.add(member(element(member(at, "Catch"), i), "Next"), "is missing")
			}
		}
	}
	reached := g.reachable()
	ends := false
	for _, name := range sortedKeys(g.states) {
		if s := g.states[name]; !reached[name] && g.states[g.start] != nil {
			f.add(states.at(name), "unreachable state")
		} else if s.end || s.kind == kindSucceed || s.kind == kindFail {
			ends = true
		}
	}
	if !ends {
		f.add(states.path, "no terminal state")
	}
}

func (g *graph) reachable() map[string]bool {
	seen := map[string]bool{}
	for todo := []string{g.start}; len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		s := g.states[name]
		if s == nil || seen[name] {
			continue
		}
		seen[name] = true
		todo = append(todo, s.next, s.dflt)
		for _, c := range s.choices {
			todo = append(todo, c.next)
		}
		for _, c := range s.catch {
			todo = append(todo, c.next)
		}
	}
	return seen
}
