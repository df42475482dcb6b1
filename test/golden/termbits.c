/*
 * Prints what the kernel's own headers say of struct termios2: the golden values of termbits.json.
 *
 *     cc -o /tmp/termbits test/golden/termbits.c && /tmp/termbits > test/golden/termbits.json
 */
#include <asm/termbits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define F(name) printf("    \"%s\": %u%s\n", #name, (unsigned)name, strcmp(#name, LAST) ? "," : "")
#define O(member) printf("    \"%s\": %zu,\n", #member, offsetof(struct termios2, member))

int main(void) {
  struct termios2 t = {.c_iflag = 0x01020304, .c_oflag = 0x05060708, .c_cflag = 0x890a0b0c,
                       .c_lflag = 0x0d0e0f10, .c_line = 0x11, .c_ispeed = 0xfedcba98, .c_ospeed = 12345};
  for (int i = 0; i < NCCS; i++) t.c_cc[i] = 0xa0 + i;

  printf("{\n  \"layout\": {\n");
  O(c_iflag); O(c_oflag); O(c_cflag); O(c_lflag); O(c_line); O(c_cc); O(c_ispeed); O(c_ospeed);
  printf("    \"NCCS\": %d,\n    \"size\": %zu\n  },\n  \"sample\": \"", NCCS, sizeof t);
  for (size_t i = 0; i < sizeof t; i++) printf("%02x", ((unsigned char *)&t)[i]);

  printf("\",\n  \"iflag\": {\n");
#define LAST "IUTF8"
  F(IGNBRK); F(BRKINT); F(IGNPAR); F(PARMRK); F(INPCK); F(ISTRIP); F(INLCR); F(IGNCR); F(ICRNL); F(IUCLC);
  F(IXON); F(IXANY); F(IXOFF); F(IMAXBEL); F(IUTF8);
#undef LAST
  printf("  },\n  \"oflag\": {\n");
#define LAST "FF1"
  F(OPOST); F(OLCUC); F(ONLCR); F(OCRNL); F(ONOCR); F(ONLRET); F(OFILL); F(OFDEL);
  F(NL0); F(NL1); F(CR0); F(CR1); F(CR2); F(CR3); F(TAB0); F(TAB1); F(TAB2); F(TAB3);
  F(BS0); F(BS1); F(VT0); F(VT1); F(FF0); F(FF1);
#undef LAST
  printf("  },\n  \"cflag\": {\n");
#define LAST "CRTSCTS"
  F(CS5); F(CS6); F(CS7); F(CS8); F(CSTOPB); F(CREAD); F(PARENB); F(PARODD); F(HUPCL); F(CLOCAL);
  F(ADDRB); F(CMSPAR); F(CRTSCTS);
#undef LAST
  printf("  },\n  \"lflag\": {\n");
#define LAST "EXTPROC"
  F(ISIG); F(ICANON); F(XCASE); F(ECHO); F(ECHOE); F(ECHOK); F(ECHONL); F(NOFLSH); F(TOSTOP); F(ECHOCTL);
  F(ECHOPRT); F(ECHOKE); F(FLUSHO); F(PENDIN); F(IEXTEN); F(EXTPROC);
#undef LAST
  printf("  },\n  \"masks\": {\n");
#define LAST "IBSHIFT"
  F(NLDLY); F(CRDLY); F(TABDLY); F(BSDLY); F(VTDLY); F(FFDLY); F(CSIZE); F(CBAUD); F(BOTHER); F(CIBAUD);
  F(IBSHIFT);
#undef LAST
  printf("  },\n  \"cc\": {\n");
#define LAST "VEOL2"
  F(VINTR); F(VQUIT); F(VERASE); F(VKILL); F(VEOF); F(VTIME); F(VMIN); F(VSWTC); F(VSTART); F(VSTOP); F(VSUSP);
  F(VEOL); F(VREPRINT); F(VDISCARD); F(VWERASE); F(VLNEXT); F(VEOL2);
#undef LAST
  printf("  },\n  \"speeds\": {\n");
#define LAST "B4000000"
  F(B0); F(B50); F(B75); F(B110); F(B134); F(B150); F(B200); F(B300); F(B600); F(B1200); F(B1800); F(B2400);
  F(B4800); F(B9600); F(B19200); F(B38400); F(B57600); F(B115200); F(B230400); F(B460800); F(B500000);
  F(B576000); F(B921600); F(B1000000); F(B1152000); F(B1500000); F(B2000000); F(B2500000); F(B3000000);
  F(B3500000); F(B4000000);
  printf("  }\n}\n");
  return 0;
}
