package scan

import (
	"math"
	"math/rand/v2"
)

// desk is what shows beside a page that is photographed.
var desk = [3]float64{118, 92, 70}

// view is how a phone stood over one page.
type view struct {
	w, h     float64
	k, l     float64 // keystone down and across
	scale    float64
	shadow   float64
	nx, ny   float64 // across the edge of the shadow
	from, by float64 // where its edge lies, and how soft it is
}

// taken chooses how a page is photographed.
func (p Photo) taken(w, h float64, r *rand.Rand) *view {
	v := &view{w: w, h: h, scale: 1 + 2*p.Margin*(0.5+0.5*r.Float64())}
	v.k, v.l = (2*r.Float64()-1)*p.Keystone, (2*r.Float64()-1)*p.Keystone/2
	v.shadow = p.Shadow * (0.5 + 0.5*r.Float64())
	sin, cos := math.Sincos(2 * math.Pi * r.Float64())
	v.nx, v.ny, v.from, v.by = cos/w, sin/h, 0.5*r.Float64()-0.1, 0.03+0.1*r.Float64()
	return v
}

// at gives where on the page a place of the picture is, and its light.
func (v *view) at(x, y float64) (px, py, light float64) {
	dx, dy := (x-v.w/2)*v.scale, (y-v.h/2)*v.scale
	z := 1 + 2*v.k*dy/v.h + 2*v.l*dx/v.w // the plane leans away
	light = 1 - v.shadow/(1+math.Exp(-((x-v.w/2)*v.nx+(y-v.h/2)*v.ny-v.from)/v.by))
	return v.w/2 + dx*z, v.h/2 + dy*z, light
}
