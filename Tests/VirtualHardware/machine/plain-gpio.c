// A GPIO chip without interrupts, as many expanders are: it has values and gives no edges. The levels
// of its lines are the bits of /sys/module/plain_gpio/parameters/levels.
#include <linux/gpio/driver.h>
#include <linux/module.h>

static int get_direction(struct gpio_chip *chip, unsigned int offset) {
  return GPIO_LINE_DIRECTION_IN;
}

static int direction_input(struct gpio_chip *chip, unsigned int offset) { return 0; }

static unsigned int levels;
module_param(levels, uint, 0644);

static int get(struct gpio_chip *chip, unsigned int offset) { return levels >> offset & 1; }

static const char *const names[] = {"PLAIN0", "PLAIN1", "PLAIN2", "PLAIN3"};

static struct gpio_chip chip = {
    .label = "plain",
    .owner = THIS_MODULE,
    .base = -1,
    .ngpio = ARRAY_SIZE(names),
    .names = names,
    .get_direction = get_direction,
    .direction_input = direction_input,
    .get = get,
};

static int __init start(void) { return gpiochip_add_data(&chip, NULL); }

static void __exit stop(void) { gpiochip_remove(&chip); }

module_init(start);
module_exit(stop);
MODULE_DESCRIPTION("A GPIO chip without interrupts");
MODULE_LICENSE("GPL");
