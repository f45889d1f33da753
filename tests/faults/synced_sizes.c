/* Preloaded into the store: notes how long each file was when it was last written out. Power loss keeps no more.
   SYNCED: an existing folder; a file there is named by the inode and holds the size. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(const struct stat *file)
{
    char path[4096];
    long long size = file->st_size;
    int out;
    snprintf(path, sizeof path, "%s/%llu", getenv("SYNCED"), (unsigned long long)file->st_ino);
    out = open(path, O_WRONLY | O_CREAT, 0600);
    if (out < 0) return;
    if (pwrite(out, &size, sizeof size, 0) != sizeof size) abort();
    close(out);
}

static int sync_and_note(const char *name, int fd)
{
    struct stat file;
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int known = fstat(fd, &file) == 0, result = real(fd);
    if (result == 0 && known && S_ISREG(file.st_mode)) note(&file);
    return result;
}

int fdatasync(int fd) { return sync_and_note("fdatasync", fd); }
int fsync(int fd) { return sync_and_note("fsync", fd); }
