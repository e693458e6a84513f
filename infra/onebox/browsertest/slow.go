package browsertest

import (
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Slow makes the window a poor phone on a poor line, without a cache: the
// processor slowed 4 times, 10 Mbit/s, 20 ms to the server (ui.md, principle 9).
func (t *Tab) Slow() error {
	if _, err := chromedp.Call(t.ctx, network.Enable, network.EnableParams{}); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		return err
	}
	line := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Latency: 20, DownloadThroughput: 10e6 / 8, UploadThroughput: 10e6 / 8}}}
	if _, err := chromedp.Call(t.ctx, network.EmulateNetworkConditionsByRule, line); err != nil {
		return err
	}
	_, err := chromedp.Call(t.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
	return err
}

// LargestPaint opens a page and tells how long after the start of the
// navigation its largest part was painted.
func (t *Tab) LargestPaint(path string) (time.Duration, error) {
	if _, err := t.Open(path); err != nil {
		return 0, err
	}
	ms, err := Eval[float64](t, `new Promise(done => new PerformanceObserver(list => {
		const all = list.getEntries();
		done(all[all.length - 1].startTime);
	}).observe({type: "largest-contentful-paint", buffered: true}))`)
	return time.Duration(ms * float64(time.Millisecond)), err
}
