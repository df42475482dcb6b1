/*
 * Writes login records by the C library's own headers, and says which of them its functions find: the golden values of
 * utmp-384.json and, with another machine's headers, of utmp-400.json.
 *
 *     cc -o /tmp/utmp-golden test/golden/utmp.c && /tmp/utmp-golden >test/golden/utmp-384.json
 *     apt-get download libc6-dev-arm64-cross && dpkg-deb -x libc6-dev-arm64-cross_*.deb /tmp/arm64
 *     cc -isystem /tmp/arm64/usr/aarch64-linux-gnu/include -o /tmp/utmp-golden test/golden/utmp.c
 *     /tmp/utmp-golden >test/golden/utmp-400.json
 *
 * utmp.txt is what the book's utmp program prints of them, without the records 15, 16 and 18; gmtime got a time_t, which
 * ut_tv.tv_sec of 32 bits is not.
 *
 * ut_tv.tv_usec is 1001 times the record's index plus 5, which tells the records apart.
 */
#define _GNU_SOURCE
#include <utmp.h>
#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct utmp records[40];
static int count;

static struct utmp *add(int type, int pid, const char *line, const char *id, const char *user, const char *host) {
  struct utmp *u = &records[count];
  u->ut_type = type;
  u->ut_pid = pid;
  strncpy(u->ut_line, line, sizeof u->ut_line);
  strncpy(u->ut_id, id, sizeof u->ut_id);
  strncpy(u->ut_user, user, sizeof u->ut_user);
  strncpy(u->ut_host, host, sizeof u->ut_host);
  u->ut_tv.tv_sec = 1234567890 + 86400 * count;
  u->ut_tv.tv_usec = 1001 * count + 5;
  count++;
  return u;
}

static struct utmp *from(struct utmp *u, const char *address) {
  inet_pton(strchr(address, ':') ? AF_INET6 : AF_INET, address, u->ut_addr_v6);
  return u;
}

static void fill(void) {
  struct utmp *u;
  char text[257];
  add(RUN_LVL, 53, "~", "~~", "runlevel", "6.1.0-13-amd64");
  add(BOOT_TIME, 0, "~", "~~", "reboot", "6.1.0-13-amd64");
  add(OLD_TIME, 0, "|", "~~", "date", "");
  add(NEW_TIME, 0, "{", "~~", "date", "");
  add(INIT_PROCESS, 501, "", "si", "", "");
  add(LOGIN_PROCESS, 702, "ttyS0", "S0", "LOGIN", "");
  add(USER_PROCESS, 702, "ttyS0", "S0", "ada", "")->ut_session = 7;
  from(add(USER_PROCESS, 12345, "pts/0", "ts/0", "grace", "gw.example.org"), "192.0.2.33");
  from(add(USER_PROCESS, 1234567, "pts/1", "ts/1", "grace", "2001:db8::1:0:0:1"), "2001:db8:0:0:1:0:0:1");
  from(add(USER_PROCESS, 804, "pts/2", "ts/2", "linus", "localhost"), "::1");
  from(add(USER_PROCESS, 805, "pts/3", "ts/3", "linus", "mapped"), "::ffff:192.0.2.33");
  u = add(DEAD_PROCESS, 12345, "pts/0", "ts/0", "", "");
  u->ut_exit.e_termination = 15;
  u = add(DEAD_PROCESS, 702, "ttyS0", "S0", "", "");
  u->ut_exit.e_exit = 3;
  add(EMPTY, 0, "", "", "", "");
  add(ACCOUNTING, 0, "", "", "", "");
  /* A member that is full has no NUL behind it. */
  memset(text, 'h', 256);
  text[256] = 0;
  add(USER_PROCESS, 806, "line-of-thirty-two-characters-00", "full", "user-of-thirty-two-characters-00", text);
  /* Text of others, with what a terminal would obey, and bytes that are no UTF-8. */
  add(USER_PROCESS, 807, "pts/4", "ts/4", "r\xe9my", "evil\033]0;title\007\033[2J\r\n\xc2\x9b""31m\xe2\x80\xae.org");
  /* A program that copied no more than the text and its NUL: LOGIN was there before. */
  memcpy(add(USER_PROCESS, 808, "ttyS1", "S1", "LOGIN", "")->ut_user, "me", 3);
  add(USER_PROCESS, 809, "pts/5", "ts/5", "late", "")->ut_tv.tv_sec = 4026531840u; /* 2097 */
  /* getutid compares the lines where a record has no id. */
  add(USER_PROCESS, 810, "tty9", "", "noid", "");
  add(DEAD_PROCESS, 811, "", "", "", "");
  from(add(USER_PROCESS, 812, "pts/6", "ts/6", "v6", ""), "fe80::a:b:c:d");
  from(add(USER_PROCESS, 813, "pts/7", "ts/7", "v6", ""), "2001:0:0:1:0:0:0:1");
  from(add(USER_PROCESS, 814, "pts/8", "ts/8", "v6", ""), "1:2:3:4:5:6:0:8");
  from(add(USER_PROCESS, 815, "pts/9", "ts/9", "v6", ""), "ff02:0:0:0:0:0:0:0");
  from(add(USER_PROCESS, 816, "pts/10", "s/10", "v6", ""), "::192.0.2.33");
}

#if __WORDSIZE_TIME64_COMPAT32
static void selected(const char *path, const char *by, const char *text) {
  struct utmp request, *u;
  int first = 1;
  memset(&request, 0, sizeof request);
  request.ut_type = INIT_PROCESS;
  if (by[1] == 'i') strncpy(request.ut_line, text, sizeof request.ut_line);
  else strncpy(request.ut_id, text, sizeof request.ut_id);
  utmpname(path);
  setutent();
  printf("    { \"by\": \"%s\", \"text\": \"%s\", \"found\": [", by, text);
  while ((u = by[1] == 'i' ? getutline(&request) : getutid(&request))) {
    printf("%s%d", first ? "" : ", ", (int)(u->ut_tv.tv_usec - 5) / 1001);
    first = 0;
    memset(u, 0, sizeof *u);
  }
  printf("] }%s\n", *text ? "," : "");
  endutent();
}

static void selections(void) {
  char path[] = "/tmp/utmp-golden-XXXXXX";
  FILE *file = fdopen(mkstemp(path), "w");
  fwrite(records, sizeof *records, count, file);
  fclose(file);
  printf(",\n  \"selections\": [\n");
  /* "line" has i as its second letter, "id" has d. */
  selected(path, "id", "S0");
  selected(path, "id", "ts/0");
  selected(path, "id", "si");
  selected(path, "id", "~~");
  selected(path, "id", "full");
  selected(path, "id", "ts");
  selected(path, "line", "ttyS0");
  selected(path, "line", "pts/0");
  selected(path, "line", "~");
  selected(path, "line", "line-of-thirty-two-characters-00");
  selected(path, "line", "tty");
  selected(path, "id", "");
  printf("  ]");
  remove(path);
}
#else
static void selections(void) {}
#endif

#define O(member) printf("    \"%s\": %zu,\n", #member, offsetof(struct utmp, member))

static void addresses(void) {
  char text[INET6_ADDRSTRLEN];
  printf(",\n  \"inet_ntop\": {");
  for (int i = 0, first = 1; i < count; i++) {
    const int *words = (const int *)records[i].ut_addr_v6;
    if (!(words[0] | words[1] | words[2] | words[3])) continue;
    inet_ntop(words[1] | words[2] | words[3] ? AF_INET6 : AF_INET, words, text, sizeof text);
    printf("%s\n    \"%d\": \"%s\"", first ? "" : ",", i, text);
    first = 0;
  }
  printf("\n  }");
}

int main(void) {
  fill();
  printf("{\n  \"layout\": {\n");
  O(ut_type); O(ut_pid); O(ut_line); O(ut_id); O(ut_user); O(ut_host); O(ut_exit); O(ut_session);
  O(ut_tv.tv_sec); O(ut_tv.tv_usec); O(ut_addr_v6);
  printf("    \"size\": %zu\n  },\n  \"records\": [\n", sizeof(struct utmp));
  for (int i = 0; i < count; i++) {
    printf("    \"");
    for (size_t at = 0; at < sizeof *records; at++) printf("%02x", ((unsigned char *)&records[i])[at]);
    printf("\"%s\n", i + 1 < count ? "," : "");
  }
  printf("  ]");
  addresses();
  selections();
  printf("\n}\n");
  return 0;
}
