/* Stands between a program and the C library, and makes one of its file calls fail, or be its last.
 *
 *     cc -shared -fPIC -o faults.so faults.c -ldl;  LD_PRELOAD=./faults.so program
 *
 * Counted are the calls that open, read, write, sync, rename, link or remove something below one folder, after `arm`, or
 * in a program that is started with FAULTS_BELOW, FAULTS_AT and FAULTS_WITH, from its beginning.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long fails_at, calls;
static int fails_with, fails_on; /* an errno, or 0 to be killed; whether all later calls fail as well */

/* From now on the call numbered `at` (from 1; 0 is none) fails with `error`, or the process is killed when that is 0. */
void arm(const char *below, long at, int error, int and_on) {
    snprintf(folder, sizeof folder, "%s", below);
    fails_at = at, fails_with = error, fails_on = and_on, calls = 0;
}

__attribute__((constructor)) static void arm_from_the_beginning(void) {
    const char *below = getenv("FAULTS_BELOW"), *at = getenv("FAULTS_AT"), *with = getenv("FAULTS_WITH");
    if (below && at && with)
        arm(below, atol(at), atoi(with), 0);
}

long calls_so_far(void) { return calls; }

static int hit(const char *path) {
    if (!folder[0] || strncmp(path, folder, strlen(folder)) != 0)
        return 0;
    calls++;
    if (!fails_at || calls < fails_at || (calls > fails_at && !fails_on))
        return 0;
    if (!fails_with)
        kill(getpid(), SIGKILL);
    errno = fails_with;
    return 1;
}

static void path_of(int descriptor, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
}

static int hit_fd(int descriptor) {
    int before = errno;
    char path[PATH_MAX];
    if (!folder[0])
        return 0;
    path_of(descriptor, path);
    errno = before;
    return hit(path);
}

static int hit_at(int at, const char *name) {
    char path[2 * PATH_MAX];
    if (!folder[0])
        return 0;
    if (name[0] == '/' || at == AT_FDCWD)
        return hit(name);
    path_of(at, path);
    strncat(strcat(path, "/"), name, PATH_MAX - 1);
    return hit(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALL(result, name, parameters, arguments, is_hit)                                                              \
    result name parameters { return (is_hit) ? (result)-1 : REAL(name) arguments; }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        int mode = va_arg(more, int);                                                                                  \
        va_end(more);                                                                                                  \
        return hit(path) ? -1 : REAL(name)(path, flags, mode);                                                         \
    }
#define OPEN_AT(name)                                                                                                  \
    int name(int at, const char *path, int flags, ...) {                                                               \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        int mode = va_arg(more, int);                                                                                  \
        va_end(more);                                                                                                  \
        return hit_at(at, path) ? -1 : REAL(name)(at, path, flags, mode);                                              \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
CALL(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size), hit_fd(fd))
CALL(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size), hit_fd(fd))
CALL(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at), hit_fd(fd))
CALL(ssize_t, sendfile64, (int to, int from, off64_t *at, size_t size), (to, from, at, size), hit_fd(to))
CALL(int, ftruncate64, (int fd, off64_t size), (fd, size), hit_fd(fd))
CALL(int, fsync, (int fd), (fd), hit_fd(fd))
CALL(int, flock, (int fd, int how), (fd, how), hit_fd(fd))
CALL(int, rename, (const char *from, const char *to), (from, to), hit(to))
CALL(int, link, (const char *from, const char *to), (from, to), hit(to))
CALL(int, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags), hit_at(b, to))
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), hit(path))
CALL(int, unlink, (const char *path), (path), hit(path))
CALL(int, unlinkat, (int at, const char *path, int flags), (at, path, flags), hit_at(at, path))
CALL(int, rmdir, (const char *path), (path), hit(path))

int posix_fallocate64(int fd, off64_t at, off64_t size) {
    return hit_fd(fd) ? fails_with : REAL(posix_fallocate64)(fd, at, size);
}

DIR *opendir(const char *path) { return hit(path) ? NULL : REAL(opendir)(path); }

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset) {
    return fd >= 0 && hit_fd(fd) ? MAP_FAILED : REAL(mmap64)(at, size, protection, flags, fd, offset);
}
