// Talks to a twin meter as any libmodbus client would, with the library's defaults.
//
//   libmodbus_client NAME rtu PATH
//   libmodbus_client NAME tcp HOST PORT
//
// Prints one line for each check, "ok NAME: what" or "not ok NAME: what: why".
#include <errno.h>
#include <math.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  VOLTAGE_L1 = 0x0000,     // input
  FREQUENCY = 0x0046,      // input
  DEMAND_PERIOD = 0x0002,  // holding, minutes
};

static const char *name;

static void report(const char *what, int is_right, const char *why) {
  if (is_right) {
    printf("ok %s: %s\n", name, what);
  } else {
    printf("not ok %s: %s: %s\n", name, what, why);
  }
}

static void expect_number(const char *what, int count, const uint16_t *words, float wanted,
                          float tolerance) {
  char why[100] = "";
  float number = count == 2 ? modbus_get_float_abcd(words) : NAN;
  if (count == 2) {
    snprintf(why, sizeof why, "%g instead of %g", number, wanted);
  } else {
    snprintf(why, sizeof why, "%s", modbus_strerror(errno));
  }
  report(what, fabsf(number - wanted) <= tolerance, why);
}

static void expect_refusal(const char *what, int result, int error, int wanted) {
  char why[100] = "it was not refused";
  if (result < 0) snprintf(why, sizeof why, "%s", modbus_strerror(error));
  report(what, result < 0 && error == wanted, why);
}

// modbus_set_float_abcd of 3.1.6 swaps the bytes of each register on little-endian machines.
static void set_demand_period(modbus_t *line, float minutes) {
  uint32_t bits;
  memcpy(&bits, &minutes, sizeof bits);
  uint16_t words[2] = {(uint16_t)(bits >> 16), (uint16_t)bits};
  int count = modbus_write_registers(line, DEMAND_PERIOD, 2, words);
  report("a setting is written with function 16", count == 2, modbus_strerror(errno));
  count = modbus_read_registers(line, DEMAND_PERIOD, 2, words);
  expect_number("the setting is read back", count, words, minutes, 0);
}

static modbus_t *open_line(int count, char **arguments) {
  if (count == 4 && strcmp(arguments[2], "rtu") == 0) {
    return modbus_new_rtu(arguments[3], 9600, 'N', 8, 2);
  }
  if (count == 5 && strcmp(arguments[2], "tcp") == 0) {
    return modbus_new_tcp(arguments[3], atoi(arguments[4]));
  }
  fprintf(stderr, "usage: libmodbus_client NAME rtu PATH | NAME tcp HOST PORT\n");
  exit(64);
}

int main(int count, char **arguments) {
  modbus_t *line = open_line(count, arguments);
  name = arguments[1];
  // Far above the twin's response time, also on a busy machine.
  modbus_set_response_timeout(line, 5, 0);
  if (modbus_set_slave(line, 1) < 0 || modbus_connect(line) < 0) {
    report("a connection", 0, modbus_strerror(errno));
    return 0;
  }

  uint16_t words[2];
  int result = modbus_read_input_registers(line, VOLTAGE_L1, 2, words);
  expect_number("the voltage is read as a float", result, words, 230, 2);
  result = modbus_read_input_registers(line, FREQUENCY, 2, words);
  expect_number("the frequency is read as a float", result, words, 50, 0.1f);

  set_demand_period(line, 15);
  set_demand_period(line, 60);

  result = modbus_write_register(line, DEMAND_PERIOD, 0);
  expect_refusal("function 06 is refused with exception 01", result, errno, EMBXILFUN);
  result = modbus_read_input_registers(line, VOLTAGE_L1 + 1, 2, words);
  expect_refusal("an odd address is refused with exception 02", result, errno, EMBXILADD);

  modbus_set_response_timeout(line, 0, 500000);
  modbus_set_slave(line, 99);
  result = modbus_read_input_registers(line, VOLTAGE_L1, 2, words);
  expect_refusal("another unit stays silent", result, errno, ETIMEDOUT);

  modbus_close(line);
  modbus_free(line);
  return 0;
}
