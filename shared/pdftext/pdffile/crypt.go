package pdffile

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"hoso/shared/reading"
)

// method is how a class of data is enciphered.
type method uint8

const (
	plain method = iota
	rc4Method
	aes128
	aes256
)

// crypt deciphers a file that opens with the empty user password: files with
// only an owner password, or with none, as printers and scanners write them.
type crypt struct {
	key     []byte
	strings method
	streams method
}

// passwordPad fills short passwords (ISO 32000-1, 7.6.3.3).
const passwordPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// newCrypt derives the key from the encryption dictionary and the file's
// first ID. The error says whether a password or another method is missing.
func newCrypt(d dict, id []byte) (*crypt, error) {
	if n := d.name("Filter"); n != "Standard" {
		return nil, &Stop{reading.CodeEncryption, "khóa công khai hoặc bộ lọc " + printable(string(n))}
	}
	v, _ := d.int("V")
	r, _ := d.int("R")
	c := &crypt{strings: rc4Method, streams: rc4Method}
	bits, ok := d.int("Length")
	if !ok || bits < 40 || bits > 256 {
		bits = 40
	}
	switch v {
	case 1:
		bits = 40
	case 2:
	case 4, 5:
		bits = 128
		var err error
		if c.streams, err = cryptFilter(d, "StmF"); err != nil {
			return nil, err
		}
		if c.strings, err = cryptFilter(d, "StrF"); err != nil {
			return nil, err
		}
	default:
		return nil, &Stop{reading.CodeEncryption, "phiên bản lạ"}
	}
	o, _ := d.get("O").(text)
	u, _ := d.get("U").(text)
	if v == 5 {
		ue, _ := d.get("UE").(text)
		c.key = keyV5(u, ue, r)
	} else {
		c.key = keyV4(d, o, u, id, r, int(min(bits, 128)/8))
	}
	if c.key == nil {
		return nil, &Stop{reading.CodePassword, ""}
	}
	return c, nil
}

// printable keeps short ASCII names only: they go into a sentence for people.
func printable(s string) string {
	var out []byte
	for i := 0; i < len(s) && i < 32; i++ {
		if s[i] > ' ' && s[i] < 0x7f {
			out = append(out, s[i])
		}
	}
	return string(out)
}

func cryptFilter(d dict, which name) (method, error) {
	n := d.name(which)
	if n == "" || n == "Identity" {
		return plain, nil
	}
	cf, _ := d.get("CF").(dict)
	f, _ := cf.get(n).(dict)
	switch f.name("CFM") {
	case "None", "":
		return plain, nil
	case "V2":
		return rc4Method, nil
	case "AESV2":
		return aes128, nil
	case "AESV3":
		return aes256, nil
	}
	return plain, &Stop{reading.CodeEncryption, "thuật toán lạ"}
}

// keyV4 is algorithms 2, 4 and 5 of ISO 32000-1 with the empty user password;
// nil when the file wants another one.
func keyV4(d dict, o, u text, id []byte, r int64, n int) []byte {
	if len(o) < 32 || len(u) < 16 {
		return nil
	}
	p, _ := d.int("P")
	h := md5.New()
	h.Write([]byte(passwordPad))
	h.Write(o[:32])
	h.Write([]byte{byte(p), byte(p >> 8), byte(p >> 16), byte(p >> 24)})
	h.Write(id)
	if meta, ok := d.get("EncryptMetadata").(bool); ok && !meta && r >= 4 {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)[:n]
	if r >= 3 {
		for range 50 {
			s := md5.Sum(key)
			copy(key, s[:n])
		}
	}
	if r == 2 {
		want := []byte(passwordPad)
		rc4xor(key, want)
		if !bytes.Equal(want, u[:min(32, len(u))]) {
			return nil
		}
		return key
	}
	s := md5.Sum(append([]byte(passwordPad), id...))
	want := s[:]
	for i := range 20 {
		k := make([]byte, n)
		for j := range k {
			k[j] = key[j] ^ byte(i)
		}
		rc4xor(k, want)
	}
	if !bytes.Equal(want, u[:16]) {
		return nil
	}
	return key
}

func rc4xor(key, data []byte) {
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(data, data)
	}
}

// keyV5 is algorithm 2.A of ISO 32000-2 with the empty user password, and the
// older form of revision 5.
func keyV5(u, ue text, r int64) []byte {
	if len(u) < 48 || len(ue) < 32 || r != 5 && r != 6 {
		return nil
	}
	digest := func(salt []byte) []byte {
		if r == 5 {
			s := sha256.Sum256(salt)
			return s[:]
		}
		return hardened(salt)
	}
	if !bytes.Equal(digest(u[32:40]), u[:32]) {
		return nil
	}
	block, err := aes.NewCipher(digest(u[40:48]))
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, ue[:32])
	return key
}

// hardened is algorithm 2.B of ISO 32000-2 for an empty password.
func hardened(salt []byte) []byte {
	s := sha256.Sum256(salt)
	k := s[:]
	for i := 0; ; i++ {
		k1 := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		e := make([]byte, len(k1))
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, k1)
		sum := 0
		for _, c := range e[:16] {
			sum += int(c)
		}
		var h hash.Hash
		switch sum % 3 {
		case 0:
			h = sha256.New()
		case 1:
			h = sha512.New384()
		default:
			h = sha512.New()
		}
		h.Write(e)
		k = h.Sum(nil)
		if rounds := i + 1; rounds >= 64 && int(e[len(e)-1]) <= rounds-32 {
			return k[:32]
		}
	}
}

func (c *crypt) text(id uint32, gen uint16, s []byte) []byte {
	return c.decipher(c.strings, id, gen, s)
}

func (c *crypt) stream(id uint32, gen uint16, s []byte) []byte {
	return c.decipher(c.streams, id, gen, s)
}

// decipher gives the plain bytes; data too short to be ciphered stays as it is.
func (c *crypt) decipher(m method, id uint32, gen uint16, s []byte) []byte {
	switch m {
	case rc4Method:
		out := bytes.Clone(s)
		rc4xor(c.objectKey(id, gen, false), out)
		return out
	case aes128:
		return cbc(c.objectKey(id, gen, true), s)
	case aes256:
		return cbc(c.key, s)
	}
	return s
}

func (c *crypt) objectKey(id uint32, gen uint16, isAES bool) []byte {
	h := md5.New()
	h.Write(c.key)
	h.Write([]byte{byte(id), byte(id >> 8), byte(id >> 16), byte(gen), byte(gen >> 8)})
	if isAES {
		h.Write([]byte("sAlT"))
	}
	return h.Sum(nil)[:min(len(c.key)+5, 16)]
}

func cbc(key, s []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil || len(s) < 32 {
		return nil
	}
	iv, body := s[:16], s[16:len(s)-len(s)%16]
	out := make([]byte, len(body))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, body)
	if n := int(out[len(out)-1]); n >= 1 && n <= 16 {
		out = out[:len(out)-n]
	}
	return out
}
