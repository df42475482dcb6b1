/*
 * Prints what the kernel's own headers say of struct serial_rs485 and struct serial_struct: the golden values of
 * serial-struct.json.
 *
 *     cc -o /tmp/serial-struct test/golden/serial-struct.c && /tmp/serial-struct > test/golden/serial-struct.json
 */
#include <asm/ioctls.h>
#include <linux/serial.h>
#include <stddef.h>
#include <stdio.h>

static void bytes(const char *name, const void *at, size_t size) {
  printf("  \"%s\": \"", name);
  for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)at)[i]);
  printf("\",\n");
}

int main(void) {
  struct serial_rs485 rs485 = {
      .flags = SER_RS485_ENABLED | SER_RS485_RTS_AFTER_SEND | SER_RS485_RX_DURING_TX | SER_RS485_ADDRB,
      .delay_rts_before_send = 3,
      .delay_rts_after_send = 0x01020304};
  for (int i = 0; i < 5; i++) rs485.padding[i] = 0xa0a0a0a0 + i;
  struct serial_struct serial = {.flags = ASYNC_LOW_LATENCY};

  printf("{\n");
  bytes("rs485", &rs485, sizeof rs485);
  rs485.flags = SER_RS485_RTS_ON_SEND | SER_RS485_TERMINATE_BUS;
  bytes("other", &rs485, sizeof rs485);
  bytes("serial", &serial, sizeof serial);
  printf("  \"requests\": { \"TIOCGSERIAL\": %d, \"TIOCSSERIAL\": %d, \"TIOCGRS485\": %d, \"TIOCSRS485\": %d }\n}\n",
         TIOCGSERIAL, TIOCSSERIAL, TIOCGRS485, TIOCSRS485);
  return 0;
}
