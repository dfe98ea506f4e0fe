/* Tokens of a text, and what a model knows of them. */
#include "kernel.h"

typedef struct {
    uint32_t hash, start; /* of a run in the buffer, where a blank follows it; start counts from 1, 0: nobody is here */
} Seat;

typedef struct {
    Seat *seats;
    uint32_t taken, room; /* room: a power of two, at least twice what is taken */
    uint64_t secret;      /* nobody outside may choose words that collide */
} Seen;

static uint32_t hash_of(const unsigned char *run, size_t size, uint64_t secret) {
    uint64_t hash = secret ^ size;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t eight;
        memcpy(&eight, run + i, sizeof eight); /* eight zeros follow each run */
        hash = (hash ^ eight) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
        hash *= secret | 1;
    }
    return (uint32_t)(hash >> 32);
}

static int grown(Seen *seen) {
    uint32_t room = seen->room ? 4 * seen->room : 1024;
    Seat *seats = PyMem_Calloc(room, sizeof *seats);
    if (seats == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    for (uint32_t i = 0; i < seen->room; i++)
        if (seen->seats[i].start) {
            uint32_t place = seen->seats[i].hash & (room - 1);
            while (seats[place].start)
                place = (place + 1) & (room - 1);
            seats[place] = seen->seats[i];
        }
    PyMem_Free(seen->seats);
    seen->seats = seats;
    seen->room = room;
    return 1;
}

/* Take the run into the set, whose buffer it stands in. 1: it is new, 0: it was there, -1: an error is set. */
static int is_new(Seen *seen, const unsigned char *buffer, size_t start, size_t size) {
    if (2 * seen->taken >= seen->room && !grown(seen))
        return -1;
    uint32_t hash = hash_of(buffer + start, size, seen->secret), place = hash & (seen->room - 1);
    for (; seen->seats[place].start; place = (place + 1) & (seen->room - 1)) {
        const unsigned char *other = buffer + seen->seats[place].start - 1;
        if (seen->seats[place].hash == hash && other[size] == ' ' && memcmp(other, buffer + start, size) == 0)
            return 0;
    }
    seen->seats[place] = (Seat){hash, (uint32_t)start + 1};
    seen->taken++;
    return 1;
}

typedef struct {
    Py_ssize_t least, most, most_beyond; /* octets; the last one of runs that are not all ASCII */
} Sizes;

static int is_long_enough(const Sizes *sizes, Py_ssize_t size, int ascii) {
    return ascii ? size >= sizes->least && size <= sizes->most : size <= sizes->most_beyond;
}

/* Append to `found` each run of `octets` once, as it first occurs. -1: an error is set. */
static int find_runs(const unsigned char *octets, Py_ssize_t size, const unsigned char *table, const Sizes *sizes,
                     unsigned char *buffer, Seen *seen, PyObject *found) {
    Py_ssize_t start = 0, end;
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = 0, all = 0;
        for (end = start; i < size && (c = table[octets[i]]) != ' '; i++) {
            buffer[end++] = c;
            all |= c;
        }
        if (end == start || !is_long_enough(sizes, end - start, all < 128))
            continue;
        memset(buffer + end, 0, 8);
        int new = is_new(seen, buffer, start, end - start);
        if (new < 0)
            return -1;
        if (!new)
            continue;
        if (push(found, PyBytes_FromStringAndSize((const char *)buffer + start, end - start)) < 0)
            return -1;
        buffer[end] = ' ';
        start = end + 1;
    }
    return 0;
}

PyObject *runs(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t given) {
    if (!takes("runs", given, 5) || !is_a(args[0], &PyUnicode_Type) || !is_a(args[1], &PyBytes_Type))
        return NULL;
    Sizes sizes = {PyLong_AsSsize_t(args[2]), PyLong_AsSsize_t(args[3]), PyLong_AsSsize_t(args[4])};
    if (PyErr_Occurred())
        return NULL;
    PyObject *encoded = PyUnicode_IS_ASCII(args[0]) ? NULL : PyUnicode_AsEncodedString(args[0], "utf-8", "replace");
    if (PyErr_Occurred())
        return NULL;
    const void *octets = encoded ? (void *)PyBytes_AS_STRING(encoded) : PyUnicode_DATA(args[0]);
    Py_ssize_t size = encoded ? PyBytes_GET_SIZE(encoded) : PyUnicode_GET_LENGTH(args[0]);
    unsigned char *buffer = size < 1 << 28 ? PyMem_Malloc(size + 9) : NULL;
    Seen seen = {NULL, 0, 0, (uint64_t)PyObject_Hash(args[1])};
    PyObject *found = PyList_New(0);
    if (PyBytes_GET_SIZE(args[1]) != 256)
        PyErr_SetString(PyExc_ValueError, "a table of 256 octets wanted");
    else if (buffer == NULL)
        PyErr_NoMemory();
    else if (found != NULL)
        find_runs(octets, size, (const unsigned char *)PyBytes_AS_STRING(args[1]), &sizes, buffer, &seen, found);
    if (PyErr_Occurred())
        Py_CLEAR(found);
    PyMem_Free(seen.seats);
    PyMem_Free(buffer);
    Py_XDECREF(encoded);
    return found;
}

/* CRC-32 as in zlib, of tokens that are a few octets long. */
static uint32_t crc_table[256];

static void make_crc_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? 0xEDB88320u ^ crc >> 1 : crc >> 1;
        crc_table[i] = crc;
    }
}

static uint32_t crc_of(PyObject *token) {
    const unsigned char *octets = (const unsigned char *)PyBytes_AS_STRING(token);
    uint32_t crc = UINT32_MAX;
    for (Py_ssize_t i = 0; i < PyBytes_GET_SIZE(token); i++)
        crc = crc_table[(crc ^ octets[i]) & 255] ^ crc >> 8;
    return ~crc;
}

#define AT_ONCE 64 /* tokens whose values are fetched from memory before they are summed */

/* A tuple of how many tokens `row` knows and their sum. */
static PyObject *known_and_sum(PyObject *tokens, const float *row, uint32_t mask) {
    const float *values[AT_ONCE];
    Py_ssize_t known = 0, size = PyList_GET_SIZE(tokens);
    double sum = 0.0;
    for (Py_ssize_t i = 0, j; i < size; i += j) {
        for (j = 0; j < AT_ONCE && i + j < size; j++) {
            PyObject *token = PyList_GET_ITEM(tokens, i + j);
            if (!is_a(token, &PyBytes_Type))
                return NULL;
            values[j] = row + (crc_of(token) & mask);
            __builtin_prefetch(values[j]);
        }
        for (Py_ssize_t k = 0; k < j; k++) {
            known += *values[k] != 0.0f;
            sum += (double)*values[k];
        }
    }
    return Py_BuildValue("nd", known, sum);
}

PyObject *evidence(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t given) {
    if (!takes("evidence", given, 3) || !is_a(args[0], &PyList_Type))
        return NULL;
    long bits = PyLong_AsLong(args[2]);
    Py_buffer table;
    if (PyErr_Occurred() || PyObject_GetBuffer(args[1], &table, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) < 0)
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(args[0]);
    PyObject *found = PyList_New(0);
    if (bits < 0 || bits > 24 || strcmp(table.format, "f") != 0 ||
        table.len / (Py_ssize_t)sizeof(float) >> bits < count) {
        PyErr_SetString(PyExc_ValueError, "a table of float32 with a row for each field wanted");
        Py_CLEAR(found);
    }
    if (crc_table[1] == 0)
        make_crc_table();
    for (Py_ssize_t i = 0; found != NULL && i < count && i < PyList_GET_SIZE(args[0]); i++) {
        PyObject *tokens = PyList_GET_ITEM(args[0], i);
        const float *row = (const float *)table.buf + (i << bits);
        if (!is_a(tokens, &PyList_Type) || push(found, known_and_sum(tokens, row, (1u << bits) - 1)) < 0)
            Py_CLEAR(found);
    }
    PyBuffer_Release(&table);
    return found;
}

PyObject *letters(PyObject *Py_UNUSED(module), PyObject *string) {
    if (!is_a(string, &PyUnicode_Type))
        return NULL;
    Text text = text_of(string);
    Py_ssize_t all = 0, capitals = 0;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        all += is_letter(at(&text, i));
        capitals += is_capital(at(&text, i));
    }
    return Py_BuildValue("nn", all, capitals);
}
