/* Line ends and header fields. */
#include "kernel.h"

static int is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

PyObject *unix_lines(PyObject *Py_UNUSED(module), PyObject *raw) {
    if (!is_a(raw, &PyBytes_Type))
        return NULL;
    const char *from = PyBytes_AS_STRING(raw), *end = from + PyBytes_GET_SIZE(raw);
    PyObject *lines = PyBytes_FromStringAndSize(NULL, end - from);
    if (lines == NULL)
        return NULL;
    char *to = PyBytes_AS_STRING(lines);
    while (from < end) {
        const char *cr = memchr(from, '\r', end - from);
        const char *stop = cr ? cr : end;
        if (cr && (cr + 1 == end || cr[1] != '\n')) {
            Py_DECREF(lines);
            Py_RETURN_NONE;
        }
        memcpy(to, from, stop - from);
        to += stop - from;
        from = cr ? cr + 1 : end;
    }
    _PyBytes_Resize(&lines, to - PyBytes_AS_STRING(lines));
    return lines;
}

#define LONGEST_NAME 200

/* Where the field that begins at `start` ends: at a line feed that no blank follows, or at `size`. */
static Py_ssize_t end_of_field(const char *block, Py_ssize_t start, Py_ssize_t size) {
    for (Py_ssize_t i = start; i < size; i++) {
        const char *feed = memchr(block + i, '\n', size - i);
        if (feed == NULL)
            return size;
        i = feed - block;
        if (i + 1 == size || (block[i + 1] != ' ' && block[i + 1] != '\t'))
            return i;
    }
    return size;
}

/* Octets of the name before a colon, which blanks may follow; 0 if that is no name. */
static Py_ssize_t size_of_name(const char *before, Py_ssize_t size) {
    Py_ssize_t name = 0, i;
    while (name < size && before[name] >= '!' && before[name] <= '~')
        name++;
    for (i = name; i < size; i++)
        if (before[i] != ' ' && before[i] != '\t')
            return 0;
    return name;
}

static PyObject *name_of(const char *before, Py_ssize_t size) {
    PyObject *name = PyUnicode_New(Py_MIN(size, LONGEST_NAME), 127);
    if (name == NULL)
        return NULL;
    Py_UCS1 *to = PyUnicode_1BYTE_DATA(name);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(name); i++)
        to[i] = (Py_UCS1)Py_TOLOWER(before[i]);
    return name;
}

/* The value without line feeds, cut, and without blanks around it. */
static PyObject *value_of(const char *raw, Py_ssize_t size, Py_ssize_t longest) {
    PyObject *unfolded = NULL, *value;
    if (memchr(raw, '\n', size) != NULL) {
        unfolded = PyBytes_FromStringAndSize(NULL, size);
        if (unfolded == NULL)
            return NULL;
        char *to = PyBytes_AS_STRING(unfolded);
        for (Py_ssize_t i = 0; i < size; i++)
            if (raw[i] != '\n')
                *to++ = raw[i];
        raw = PyBytes_AS_STRING(unfolded);
        size = to - raw;
    }
    size = Py_MIN(size, longest);
    while (size > 0 && is_blank(raw[0]))
        raw++, size--;
    while (size > 0 && is_blank(raw[size - 1]))
        size--;
    value = PyBytes_FromStringAndSize(raw, size);
    Py_XDECREF(unfolded);
    return value;
}

PyObject *fields(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t given) {
    if (!takes("fields", given, 2) || !is_a(args[0], &PyBytes_Type))
        return NULL;
    const char *block = PyBytes_AS_STRING(args[0]);
    Py_ssize_t size = PyBytes_GET_SIZE(args[0]), longest = PyLong_AsSsize_t(args[1]), start = 0;
    if (longest < 0)
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "no field is that short");
    PyObject *found = PyList_New(0);
    while (found != NULL && start <= size) {
        Py_ssize_t end = end_of_field(block, start, size);
        const char *colon = memchr(block + start, ':', end - start);
        Py_ssize_t name = colon ? size_of_name(block + start, colon - block - start) : 0;
        if (name == 0)
            break;
        Py_ssize_t value = colon + 1 - block;
        PyObject *pair = Py_BuildValue(
            "NN", name_of(block + start, name), value_of(block + value, end - value, longest));
        if (push(found, pair) < 0)
            Py_CLEAR(found);
        start = end + 1;
    }
    return found ? Py_BuildValue("Nn", found, start) : NULL;
}
