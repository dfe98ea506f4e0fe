/* Web addresses that stand in text. */
#include "kernel.h"

#define SHORTEST_REST 3
#define LONGEST_REST 2000

/* Whether `c` is the small letter or its capital, as patterns without case see it: U+017F is an s. */
static int is_either(Py_UCS4 c, char small) {
    return c == (Py_UCS4)small || c == (Py_UCS4)(small - 32) || (small == 's' && c == 0x17F);
}

/* Whether `word` (letters) ends at `end`, not before `start`. */
static int ends_with(const Text *text, Py_ssize_t start, Py_ssize_t end, const char *word) {
    Py_ssize_t size = (Py_ssize_t)strlen(word);
    if (end - start < size)
        return 0;
    for (Py_ssize_t i = 0; i < size; i++)
        if (!is_either(at(text, end - size + i), word[i]))
            return 0;
    return 1;
}

/* Where the scheme before the colon at `colon` begins, not before `least`; -1 if it is none of the web. */
static Py_ssize_t start_of_scheme(const Text *text, Py_ssize_t least, Py_ssize_t colon) {
    static const char *const schemes[] = {"https", "http", "ftp"};
    if (colon + 2 >= text->length || at(text, colon + 1) != '/' || at(text, colon + 2) != '/')
        return -1;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (ends_with(text, least, colon, schemes[i]))
            return colon - (Py_ssize_t)strlen(schemes[i]);
    return -1;
}

/* Where the www before the dot at `dot` begins, not before `least`; -1 if there is none, or one spelled oddly. */
static Py_ssize_t start_of_www(const Text *text, Py_ssize_t least, Py_ssize_t dot) {
    if (dot - least < 3 || !ends_with(text, least, dot, "www"))
        return -1;
    int first = at(text, dot - 3) == 'W', others = (at(text, dot - 2) == 'W') + (at(text, dot - 1) == 'W');
    return others == 0 || (first && others == 2) ? dot - 3 : -1;
}

static int may_stand_in_address(Py_UCS4 c) {
    return c > 0x1F && c != '<' && c != '>' && c != '"' && c != '\'' && !Py_UNICODE_ISSPACE(c);
}

static int is_trailing(Py_UCS4 c) { return c < 127 && c > 0 && strchr(".,;:!?)]}>*_'\"", (int)c) != NULL; }

PyObject *addresses(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t given) {
    if (!takes("addresses", given, 2) || !is_a(args[0], &PyUnicode_Type))
        return NULL;
    Text text = text_of(args[0]);
    Py_ssize_t most = PyLong_AsSsize_t(args[1]), least = 0;
    PyObject *found = most == -1 && PyErr_Occurred() ? NULL : PyList_New(0);
    for (Py_ssize_t i = 0; found != NULL && i < text.length; i++) {
        Py_UCS4 c = at(&text, i);
        if (c != ':' && c != '.')
            continue;
        Py_ssize_t start = c == ':' ? start_of_scheme(&text, least, i) : start_of_www(&text, least, i);
        if (start < 0)
            continue;
        Py_ssize_t rest = c == ':' ? i + 3 : i + 1, end = rest;
        while (end < text.length && end - rest < LONGEST_REST && may_stand_in_address(at(&text, end)))
            end++;
        if (end - rest < SHORTEST_REST)
            continue;
        if (PyList_GET_SIZE(found) >= most)
            break;
        least = end;
        i = end - 1;
        while (is_trailing(at(&text, end - 1)))
            end--;
        if (push(found, PyUnicode_Substring(args[0], start, end)) < 0)
            Py_CLEAR(found);
    }
    return found;
}
