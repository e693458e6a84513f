package player

// script is the play, line by line.
func script() []step {
	return []step{
		{"Người vận hành vào cổng", enter},
		{"Lập đơn vị và tài khoản, gửi thư mời", enrol},
		{"Mọi người nhận lời mời và đăng nhập bằng mã trong thư", accept},
	}
}
