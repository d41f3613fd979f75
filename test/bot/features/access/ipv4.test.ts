import { expect, test } from "vitest";
import { publicAddress } from "../../../../bot/features/access/ipv4.ts";

test.for([
  ["203.0.113.7", "203.0.113.7"],
  [" 203.0.113.7 ", "203.0.113.7"],
  ["203.0.113.7/32", "203.0.113.7"],
  ["203.0.113.77/28", "203.0.113.64/28"],
  ["198.51.100.200/24", "198.51.100.0/24"],
  ["172.32.0.1", "172.32.0.1"],
])("%s is taken as %s", ([typed = "", taken]) => {
  expect(publicAddress(typed)).toBe(taken);
});

test.for([
  ["10.1.2.3", "private"],
  ["172.31.255.255", "private"],
  ["192.168.0.1", "private"],
  ["100.64.0.1", "private"],
  ["127.0.0.1", "private"],
  ["169.254.169.254", "private"],
  ["224.0.0.1", "private"],
  ["255.255.255.255", "private"],
  ["0.0.0.0/0", "private"],
  ["203.0.113.0/23", "too wide"],
  ["203.0.113.0/0", "too wide"],
  ["203.0.113.0/33", "not a range"],
  ["203.0.113.0/x", "not a range"],
  ["203.0.113.0/24/24", "not an IPv4 address"],
  ["203.0.113", "not an IPv4 address"],
  ["203.0.113.256", "not an IPv4 address"],
  ["203.0.113.07", "not an IPv4 address"],
  ["2001:db8::1", "not an IPv4 address"],
  ["*", "not an IPv4 address"],
  ["", "not an IPv4 address"],
  ["203.0.113.7; reboot", "not an IPv4 address"],
])("%s is refused: %s", ([typed = "", why = ""]) => {
  expect(() => publicAddress(typed)).toThrow(why);
});
