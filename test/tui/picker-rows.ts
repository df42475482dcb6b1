/** Rows for tests of the picker. */
import type { PickerRow } from "../../src/tui/picker/row.js";

export const row = (name: string, more: Partial<PickerRow> = {}): PickerRow => ({
  id: name,
  kind: name.startsWith("@") ? "profile" : name === "demo:" ? "demo" : "port",
  name,
  ...more,
});

export const DESK: readonly PickerRow[] = [
  row("/dev/ttyUSB1", {
    driver: "ftdi_sio",
    usbId: "0403:6001",
    product: "FT232R USB UART",
    serial: "A50285BI",
    age: "3 s",
    isNew: true,
    link: "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
    notes: ["last: 115200 8N1, log /home/me/boot.log"],
    isRemembered: true,
  }),
  row("/dev/ttyACM0", {
    driver: "cdc_acm",
    usbId: "1a86:55d4",
    product: "Größe 漢字 \u001b[2J\u202e",
    age: "12 min",
    trouble: "held by picocom (PID 4711)",
    notes: ["profile: @board"],
  }),
  row("/dev/ttyS0", {
    driver: "serial",
    trouble: "no permission",
    hint: "it belongs to group dialout: sudo usermod -aG dialout joe, then log in again",
  }),
  row("@board", { about: "the bench board  /dev/ttyACM0" }),
  row("@gone", { about: "usb:10c4:ea60", trouble: "its port is not there: usb:10c4:ea60" }),
  row("demo:", { about: "an emulated board, for when there is no hardware" }),
];

/** As many ports as do not fit a screen. */
export const MANY: readonly PickerRow[] = [
  ...Array.from({ length: 40 }, (_, n) => row(`/dev/ttyUSB${n}`, { driver: "ch341", product: `board ${n}` })),
  row("demo:", { about: "an emulated board, for when there is no hardware" }),
];
