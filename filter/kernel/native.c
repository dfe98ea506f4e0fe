/* The loops over every octet and character of a message, in C.
 *
 * plain.py says the same in Python and says what each function is for; tests hold the two equal. All input is hostile:
 * what is written has its size worked out before, nothing recurses, and each loop ends with its input.
 */
#include "kernel.h"

int takes(const char *function, Py_ssize_t given, Py_ssize_t wanted) {
    if (given == wanted)
        return 1;
    PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments (%zd given)", function, wanted, given);
    return 0;
}

int is_a(PyObject *argument, PyTypeObject *type) {
    if (PyObject_TypeCheck(argument, type))
        return 1;
    PyErr_Format(PyExc_TypeError, "%s wanted, not %s", type->tp_name, Py_TYPE(argument)->tp_name);
    return 0;
}

int push(PyObject *list, PyObject *item) {
    int failed = item == NULL || PyList_Append(list, item) < 0;
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

#define FAST(name) (PyCFunction)(void (*)(void))name, METH_FASTCALL

static PyMethodDef functions[] = {
    {"unix_lines", unix_lines, METH_O, NULL},
    {"fields", FAST(fields), NULL},
    {"tags", tags, METH_O, NULL},
    {"elements", FAST(elements), NULL},
    {"addresses", FAST(addresses), NULL},
    {"runs", FAST(runs), NULL},
    {"evidence", FAST(evidence), NULL},
    {"letters", letters, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "native", NULL, 0, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_native(void) { return PyModuleDef_Init(&module); }
