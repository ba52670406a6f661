// Stops one thread of a process and no other, as a hung engine would be.
//
//   stall PROCESS THREAD-NAME SECONDS
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <unistd.h>

static pid_t find(const char *process, const char *name) {
  char path[320], found[32] = "";
  snprintf(path, sizeof path, "/proc/%s/task", process);
  DIR *tasks = opendir(path);
  struct dirent *task;
  pid_t id = 0;
  while (tasks && id == 0 && (task = readdir(tasks))) {
    snprintf(path, sizeof path, "/proc/%s/task/%s/comm", process, task->d_name);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    if (fgets(found, sizeof found, file) && strcspn(found, "\n") == strlen(name) &&
        strncmp(found, name, strlen(name)) == 0)
      id = atoi(task->d_name);
    fclose(file);
  }
  if (tasks) closedir(tasks);
  return id;
}

int main(int count, char **words) {
  if (count != 4) return 64;
  pid_t thread = find(words[1], words[2]);
  if (thread == 0) {
    fprintf(stderr, "process %s has no thread '%s'\n", words[1], words[2]);
    return 1;
  }
  if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) < 0 || ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0) {
    perror("ptrace");
    return 1;
  }
  sleep((unsigned)atoi(words[3]));
  // Its end lets the thread go.
  return 0;
}
