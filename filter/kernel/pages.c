/* Tags and elements of HTML, without a tree. */
#include "kernel.h"

#define LONGEST_TAG 4000

PyObject *tags(PyObject *Py_UNUSED(module), PyObject *source) {
    if (!is_a(source, &PyUnicode_Type))
        return NULL;
    Text text = text_of(source);
    PyObject *found = PyList_New(0);
    Py_ssize_t start = -1, end = 0;
    while (found != NULL && (start = PyUnicode_FindChar(source, '<', end, text.length, 1)) >= 0) {
        Py_UCS4 first = start + 1 < text.length ? at(&text, start + 1) : ' ';
        end = start + 1;
        if (!is_letter(first) && first != '/' && first != '!' && first != '?')
            continue;
        Py_ssize_t most = Py_MIN(text.length, start + 2 + LONGEST_TAG);
        for (end = start + 2; end < most && at(&text, end) != '<' && at(&text, end) != '>'; end++)
            ;
        if (end < text.length && at(&text, end) == '>')
            end++;
        if (push(found, PyUnicode_Substring(source, start, end)) < 0)
            Py_CLEAR(found);
    }
    if (start == -2) /* an error, where -1 is the end */
        Py_CLEAR(found);
    return found;
}

#define LONGEST_ELEMENT 14 /* a slash, twelve letters and digits, and one character that a parser would add */
#define REMEMBERED 64      /* a power of two */

typedef struct {
    Py_ssize_t start, end;
    PyObject *opening; /* borrowed from the list of all openings */
} Element;

typedef struct {
    Py_UCS4 name[LONGEST_ELEMENT];
    Py_ssize_t size;
    PyObject *opening;
} Memory;

/* Where the name of the element that begins at `start`, behind its "<", ends; `start` if there is none. */
static Py_ssize_t end_of_element(const Text *text, Py_ssize_t start) {
    Py_ssize_t i = start;
    if (i < text->length && at(text, i) == '/')
        i++;
    if (i >= text->length || !is_letter(at(text, i)))
        return start;
    Py_ssize_t most = Py_MIN(text->length, i + 12);
    for (i++; i < most && (is_letter(at(text, i)) || is_digit(at(text, i))); i++)
        ;
    if (i < text->length) {
        Py_UCS4 next = at(text, i);
        i += next != '/' && next != '<' && next != '>' && !Py_UNICODE_ISSPACE(next);
    }
    return i;
}

/* How this element opens; each name is asked of `opening` once in a while. Borrowed from `all`; NULL: an error. */
static PyObject *opening_of(const Text *text, Py_ssize_t start, Py_ssize_t end, PyObject *opening, PyObject *all,
                            Memory *memories) {
    Py_UCS4 name[LONGEST_ELEMENT] = {0};
    uint32_t hash = 0;
    for (Py_ssize_t i = start; i < end; i++) {
        name[i - start] = at(text, i);
        hash = hash * 31 + at(text, i);
    }
    Memory *memory = &memories[(hash ^ hash >> 6) % REMEMBERED];
    if (memory->size == end - start && memcmp(memory->name, name, sizeof name) == 0)
        return memory->opening;
    PyObject *element = PyUnicode_Substring(text->string, start, end);
    PyObject *opens = element ? PyObject_CallOneArg(opening, element) : NULL;
    Py_XDECREF(element);
    if (opens == NULL || !is_a(opens, &PyUnicode_Type) || PyList_Append(all, opens) < 0) {
        Py_XDECREF(opens);
        return NULL;
    }
    Py_DECREF(opens);
    memcpy(memory->name, name, sizeof name);
    memory->size = end - start;
    memory->opening = opens;
    return opens;
}

/* The same, kept as narrowly as its characters allow, and given away: strings that are not so kept equal no other. */
static PyObject *narrowest(PyObject *string) {
    PyObject *same = PyUnicode_FromKindAndData(
        PyUnicode_KIND(string), PyUnicode_DATA(string), PyUnicode_GET_LENGTH(string));
    Py_DECREF(string);
    return same;
}

/* The source with each element's beginning, "<" included, replaced. */
static PyObject *replaced(const Text *text, const Element *elements, Py_ssize_t count) {
    Py_ssize_t size = text->length, from = 0, to = 0;
    Py_UCS4 highest = PyUnicode_MAX_CHAR_VALUE(text->string);
    for (Py_ssize_t i = 0; i < count; i++) {
        size += PyUnicode_GET_LENGTH(elements[i].opening) - (elements[i].end - elements[i].start);
        highest = Py_MAX(highest, PyUnicode_MAX_CHAR_VALUE(elements[i].opening));
    }
    PyObject *result = PyUnicode_New(size, highest);
    for (Py_ssize_t i = 0; result != NULL && i < count; i++) {
        const Element *one = &elements[i];
        Py_ssize_t between = one->start - from, opening = PyUnicode_GET_LENGTH(one->opening);
        if (PyUnicode_CopyCharacters(result, to, text->string, from, between) < 0 ||
            PyUnicode_CopyCharacters(result, to + between, one->opening, 0, opening) < 0)
            Py_CLEAR(result);
        to += between + opening;
        from = one->end;
    }
    if (result != NULL && PyUnicode_CopyCharacters(result, to, text->string, from, text->length - from) < 0)
        Py_CLEAR(result);
    return result != NULL && !PyUnicode_IS_ASCII(result) ? narrowest(result) : result;
}

PyObject *elements(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t given) {
    if (!takes("elements", given, 2) || !is_a(args[0], &PyUnicode_Type))
        return NULL;
    Text text = text_of(args[0]);
    Memory memories[REMEMBERED] = {{{0}, 0, NULL}};
    Element *found = NULL;
    Py_ssize_t count = 0, room = 0, start = 0;
    PyObject *all = PyList_New(0), *result = NULL;
    while (all != NULL && (start = PyUnicode_FindChar(text.string, '<', start, text.length, 1)) >= 0) {
        Py_ssize_t end = end_of_element(&text, start + 1);
        if (end == start + 1) {
            start = end;
            continue;
        }
        if (count == room) {
            room = room ? 4 * room : 256;
            Element *more = PyMem_Realloc(found, room * sizeof *found);
            if (more == NULL) {
                PyErr_NoMemory();
                goto done;
            }
            found = more;
        }
        PyObject *opens = opening_of(&text, start + 1, end, args[1], all, memories);
        if (opens == NULL)
            goto done;
        found[count++] = (Element){start, end, opens};
        start = end;
    }
    if (all != NULL && !PyErr_Occurred())
        result = replaced(&text, found, count);
done:
    PyMem_Free(found);
    Py_XDECREF(all);
    return result;
}
