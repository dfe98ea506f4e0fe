/* What the loops of the kernel share. plain.py says what each function is for. */
#ifndef HAMGATE_KERNEL_H
#define HAMGATE_KERNEL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

PyObject *unix_lines(PyObject *module, PyObject *raw);
PyObject *fields(PyObject *module, PyObject *const *args, Py_ssize_t given);
PyObject *tags(PyObject *module, PyObject *source);
PyObject *elements(PyObject *module, PyObject *const *args, Py_ssize_t given);
PyObject *addresses(PyObject *module, PyObject *const *args, Py_ssize_t given);
PyObject *runs(PyObject *module, PyObject *const *args, Py_ssize_t given);
PyObject *evidence(PyObject *module, PyObject *const *args, Py_ssize_t given);
PyObject *letters(PyObject *module, PyObject *text);

/* Whether as many arguments were given as are wanted; else a TypeError is set. */
int takes(const char *function, Py_ssize_t given, Py_ssize_t wanted);

/* Whether the argument is of that type; else a TypeError is set. */
int is_a(PyObject *argument, PyTypeObject *type);

/* Append `item`, which may be NULL, and give it away; -1 and an error where that fails. */
int push(PyObject *list, PyObject *item);

typedef struct {
    PyObject *string;
    int kind;
    const void *data;
    Py_ssize_t length;
} Text;

static inline Text text_of(PyObject *string) {
    return (Text){string, PyUnicode_KIND(string), PyUnicode_DATA(string), PyUnicode_GET_LENGTH(string)};
}

static inline Py_UCS4 at(const Text *text, Py_ssize_t i) { return PyUnicode_READ(text->kind, text->data, i); }

static inline int is_capital(Py_UCS4 c) { return c - 'A' < 26; }

static inline int is_letter(Py_UCS4 c) { return (c | 32) - 'a' < 26; }

static inline int is_digit(Py_UCS4 c) { return c - '0' < 10; }

#endif
