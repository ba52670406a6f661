#include "CHost.h"

#include <stdio.h>

void chost_line_buffer_stdout(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
