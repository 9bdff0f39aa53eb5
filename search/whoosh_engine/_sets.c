/* Sets of documents, compiled. `search/whoosh_engine/numpy_sets.py` says the same in numpy; tests compare the two.
 *
 * A set is a sorted array of int32, each document once. Arrays come in as buffers that Python has made, results
 * included; a function returns how much of its result it filled. Numbers of documents are checked against what they
 * index, so that damaged files end in an IndexError. The GIL is held: a call takes microseconds.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define FAR 8 /* Searching one document costs about as much as reading so many cells. */

typedef Py_ssize_t Size;

typedef struct {
    Py_buffer held;   /* documents */
    Py_buffer values; /* float32 frequencies or bool flags, one for each; without .obj: 1 for each */
    float factor, units;
} Part;

static Size length(const Py_buffer *buffer) { return buffer->len / buffer->itemsize; }

static int is_wrong(const Py_buffer *buffer, Size itemsize)
{
    if (buffer->itemsize == itemsize)
        return 0;
    PyErr_Format(PyExc_TypeError, "items of %zd bytes are needed, not of %zd", itemsize, buffer->itemsize);
    return 1;
}

static PyObject *no_document(int32_t doc)
{
    return PyErr_Format(PyExc_IndexError, "there is no document %d", doc);
}

/* The first place from `at` on where `docs` is not below `doc`, by steps that double and then halve. */
static Size seek(const int32_t *docs, Size count, Size at, int32_t doc)
{
    Size low = at, high = at;
    for (Size step = 1; high < count && docs[high] < doc; step *= 2) {
        low = high + 1;
        high += step;
    }
    if (high > count)
        high = count;
    while (low < high) {
        Size middle = low + (high - low) / 2;
        if (docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static float saturation(float frequency, float k1) { return (k1 + 1) * frequency / (k1 + frequency); }

/* ---- parts: Python tuples as buffers ---- */

static void close_parts(Part *parts, Size count)
{
    for (Size i = 0; i < count; i++) {
        PyBuffer_Release(&parts[i].held); /* does nothing where none was opened */
        PyBuffer_Release(&parts[i].values);
    }
    PyMem_Free(parts);
}

static int open_part(PyObject *tuple, Part *part, Size value_size)
{
    PyObject *held, *values;
    if (!PyArg_ParseTuple(tuple, "OOf|f", &held, &values, &part->factor, &part->units))
        return -1;
    if (PyObject_GetBuffer(held, &part->held, PyBUF_SIMPLE) < 0 || is_wrong(&part->held, 4))
        return -1;
    if (values == Py_None)
        return 0;
    if (PyObject_GetBuffer(values, &part->values, PyBUF_SIMPLE) < 0 || is_wrong(&part->values, value_size))
        return -1;
    if (length(&part->values) == length(&part->held))
        return 0;
    PyErr_SetString(PyExc_ValueError, "one value for each document is needed");
    return -1;
}

/* The parts of a list of tuples (documents, values or None, factor[, units]); NULL with an error set. */
static Part *open_parts(PyObject *list, Size *count, Size value_size)
{
    *count = PyList_Size(list);
    Part *parts = *count < 0 ? NULL : PyMem_Calloc(*count + 1, sizeof *parts);
    for (Size i = 0; parts && i < *count; i++)
        if (open_part(PyList_GetItem(list, i), &parts[i], value_size) < 0) {
            close_parts(parts, *count);
            parts = NULL;
        }
    if (!parts && !PyErr_Occurred())
        PyErr_NoMemory();
    return parts;
}

/* ---- sets ---- */

static PyObject *unite_into(PyObject *list, Py_buffer *bits, Py_buffer *out)
{
    uint64_t *words = bits->buf;
    int32_t *united = out->buf;
    Size size = bits->len / 8, filled = 0;
    int is_whole = 1;
    for (Size i = 0; i < PyList_Size(list) && is_whole; i++) {
        Py_buffer set;
        if (PyObject_GetBuffer(PyList_GetItem(list, i), &set, PyBUF_SIMPLE) < 0)
            return NULL;
        const int32_t *docs = set.buf;
        for (Size at = 0; at < set.len / 4 && is_whole; at++)
            if ((uint32_t)docs[at] < (uint64_t)size * 64)
                words[docs[at] >> 6] |= 1ULL << (docs[at] & 63);
            else
                is_whole = no_document(docs[at]) != NULL;
        PyBuffer_Release(&set);
    }
    for (Size at = 0; at < size; at++) {
        for (uint64_t word = words[at]; word && filled < out->len / 4; word &= word - 1)
            united[filled++] = (int32_t)(at * 64 + __builtin_ctzll(word));
        words[at] = 0;
    }
    return is_whole ? PyLong_FromSsize_t(filled) : NULL;
}

static PyObject *unite(PyObject *self, PyObject *args)
{
    PyObject *list, *result;
    Py_buffer bits, out;
    if (!PyArg_ParseTuple(args, "O!w*w*", &PyList_Type, &list, &bits, &out))
        return NULL;
    result = unite_into(list, &bits, &out);
    PyBuffer_Release(&bits);
    PyBuffer_Release(&out);
    return result;
}

/* For each of `sought`, in order, whether it is in `held`; the shorter one decides how to go through the longer. */
static PyObject *members(PyObject *self, PyObject *args)
{
    Py_buffer sought_buffer, held_buffer, out;
    if (!PyArg_ParseTuple(args, "y*y*w*", &sought_buffer, &held_buffer, &out))
        return NULL;
    const int32_t *sought = sought_buffer.buf, *held = held_buffer.buf;
    Size count = sought_buffer.len / 4, size = held_buffer.len / 4, at = 0;
    uint8_t *found = out.buf;
    if (out.len < count)
        count = out.len;
    for (Size i = 0; i < count; i++) {
        at = seek(held, size, at, sought[i]);
        found[i] = at < size && held[at] == sought[i];
    }
    PyBuffer_Release(&sought_buffer);
    PyBuffer_Release(&held_buffer);
    PyBuffer_Release(&out);
    Py_RETURN_NONE;
}

/* Those of `sought` that are in `held`, or with `wanted` 0 those that are not. */
static PyObject *sift(PyObject *self, PyObject *args)
{
    Py_buffer sought_buffer, held_buffer, out;
    int wanted;
    if (!PyArg_ParseTuple(args, "y*y*iw*", &sought_buffer, &held_buffer, &wanted, &out))
        return NULL;
    const int32_t *sought = sought_buffer.buf, *held = held_buffer.buf;
    int32_t *kept = out.buf;
    Size count = sought_buffer.len / 4, size = held_buffer.len / 4, at = 0, filled = 0;
    for (Size i = 0; i < count && filled < out.len / 4; i++) {
        at = seek(held, size, at, sought[i]);
        kept[filled] = sought[i];
        filled += (at < size && held[at] == sought[i]) == wanted;
    }
    PyBuffer_Release(&sought_buffer);
    PyBuffer_Release(&held_buffer);
    PyBuffer_Release(&out);
    return PyLong_FromSsize_t(filled);
}

/* ---- sums ---- */

static float value_of(const Part *part, Size at, float k1)
{
    return part->factor * (part->values.obj ? saturation(((const float *)part->values.buf)[at], k1) : 1);
}

/* Add a part that is much longer than `docs`: each of them is searched. */
static void add_far(const Part *part, const int32_t *docs, Size count, float k1, float *sums)
{
    const int32_t *held = part->held.buf;
    Size size = length(&part->held), at = 0;
    for (Size i = 0; i < count; i++) {
        at = seek(held, size, at, docs[i]);
        if (at < size && held[at] == docs[i])
            sums[i] += value_of(part, at, k1);
    }
}

/* Add a part into the cells of all documents; 0 with an error set when one has none. */
static int add_near(const Part *part, float *cells, Size size, float k1)
{
    const int32_t *held = part->held.buf;
    for (Size at = 0; at < length(&part->held); at++) {
        if ((uint32_t)held[at] >= (uint64_t)size)
            return no_document(held[at]) != NULL;
        cells[held[at]] += value_of(part, at, k1);
    }
    return 1;
}

static PyObject *add_parts(const Part *parts, Size count, const Py_buffer *docs_buffer, float k1, Py_buffer *cells_buffer,
                           Py_buffer *out)
{
    const int32_t *docs = docs_buffer->buf;
    float *cells = cells_buffer->buf, *sums = out->buf;
    Size found = docs_buffer->len / 4, size = cells_buffer->len / 4;
    if (out->len / 4 < found)
        found = out->len / 4;
    memset(sums, 0, found * sizeof *sums);
    for (Size i = 0; i < count; i++) {
        if (found * FAR < length(&parts[i].held))
            add_far(&parts[i], docs, found, k1, sums);
        else if (!add_near(&parts[i], cells, size, k1)) {
            memset(cells, 0, size * sizeof *cells);
            return NULL;
        }
    }
    for (Size i = 0; i < found; i++)
        if ((uint32_t)docs[i] < (uint64_t)size)
            sums[i] += cells[docs[i]];
    for (Size i = 0; i < count; i++)
        if (found * FAR >= length(&parts[i].held))
            for (Size at = 0; at < length(&parts[i].held); at++)
                cells[((const int32_t *)parts[i].held.buf)[at]] = 0;
    Py_RETURN_NONE;
}

/* For each of `docs`, the sum over the parts that hold it of factor * saturation(frequency). */
static PyObject *add_up(PyObject *self, PyObject *args)
{
    PyObject *list, *result = NULL;
    Py_buffer docs, cells, out;
    float k1;
    Size count;
    if (!PyArg_ParseTuple(args, "y*O!fw*w*", &docs, &PyList_Type, &list, &k1, &cells, &out))
        return NULL;
    Part *parts = open_parts(list, &count, 4);
    if (parts) {
        result = add_parts(parts, count, &docs, k1, &cells, &out);
        close_parts(parts, count);
    }
    PyBuffer_Release(&docs);
    PyBuffer_Release(&cells);
    PyBuffer_Release(&out);
    return result;
}

/* For each of `docs`, what the parts that hold it with their flag set are worth together, times their share of all that
 * is worth something, times the part of the title that their units make up; `sizes` has the units of all titles. */
static int add_titles(const Part *parts, Size count, const Py_buffer *docs_buffer, const Py_buffer *sizes_buffer,
                      float everything, float *worths)
{
    const int32_t *docs = docs_buffer->buf, *sizes = sizes_buffer->buf;
    Size found = docs_buffer->len / 4;
    float *units = PyMem_Calloc(found + 1, sizeof *units);
    if (!units)
        return PyErr_NoMemory() != NULL;
    memset(worths, 0, found * sizeof *worths);
    for (Size i = 0; i < count; i++) {
        const int32_t *held = parts[i].held.buf;
        const uint8_t *flags = parts[i].values.buf;
        Size size = length(&parts[i].held), at = 0;
        for (Size d = 0; d < found; d++) {
            at = seek(held, size, at, docs[d]);
            if (at < size && held[at] == docs[d] && flags && flags[at])
                worths[d] += parts[i].factor, units[d] += parts[i].units;
        }
    }
    for (Size d = 0; d < found; d++) {
        worths[d] *= worths[d] / everything;
        if (units[d] > 0 && (uint32_t)docs[d] < (uint64_t)length(sizes_buffer) && units[d] < sizes[docs[d]])
            worths[d] *= units[d] / sizes[docs[d]];
    }
    PyMem_Free(units);
    return 1;
}

static PyObject *title_worths(PyObject *self, PyObject *args)
{
    PyObject *list, *result = NULL;
    Py_buffer docs, sizes, out;
    float everything;
    Size count;
    if (!PyArg_ParseTuple(args, "y*O!y*fw*", &docs, &PyList_Type, &list, &sizes, &everything, &out))
        return NULL;
    Part *parts = open_parts(list, &count, 1);
    if (parts && out.len < docs.len)
        PyErr_SetString(PyExc_ValueError, "a result for each document is needed");
    else if (parts && add_titles(parts, count, &docs, &sizes, everything, out.buf))
        result = Py_NewRef(Py_None);
    if (parts)
        close_parts(parts, count);
    PyBuffer_Release(&docs);
    PyBuffer_Release(&sizes);
    PyBuffer_Release(&out);
    return result;
}

/* ---- the best, and counts ---- */

static void sink(float *heap, Size size, Size at)
{
    for (Size child; (child = 2 * at + 1) < size; at = child) {
        if (child + 1 < size && heap[child + 1] < heap[child])
            child++;
        if (heap[at] <= heap[child])
            return;
        float swapped = heap[at];
        heap[at] = heap[child];
        heap[child] = swapped;
    }
}

/* The places of as many of the largest keys as `heap` has room for, and of those that equal the smallest of them. */
static PyObject *largest(PyObject *self, PyObject *args)
{
    Py_buffer keys_buffer, heap_buffer, out;
    if (!PyArg_ParseTuple(args, "y*w*w*", &keys_buffer, &heap_buffer, &out))
        return NULL;
    const float *keys = keys_buffer.buf;
    float *heap = heap_buffer.buf;
    int32_t *places = out.buf;
    Size count = keys_buffer.len / 4, size = heap_buffer.len / 4, filled = 0;
    if (size > count)
        size = count;
    memcpy(heap, keys, size * sizeof *heap);
    for (Size at = size / 2; at-- > 0;)
        sink(heap, size, at);
    for (Size i = size; size && i < count; i++)
        if (keys[i] > heap[0]) {
            heap[0] = keys[i];
            sink(heap, size, 0);
        }
    for (Size i = 0; size && i < count && filled < out.len / 4; i++) {
        places[filled] = (int32_t)i;
        filled += keys[i] >= heap[0];
    }
    PyBuffer_Release(&keys_buffer);
    PyBuffer_Release(&heap_buffer);
    PyBuffer_Release(&out);
    return PyLong_FromSsize_t(filled);
}

/* Add to `counts` how many of `docs` have each code. */
static PyObject *tally(PyObject *self, PyObject *args)
{
    Py_buffer codes_buffer, docs_buffer, counts_buffer;
    if (!PyArg_ParseTuple(args, "y*y*w*", &codes_buffer, &docs_buffer, &counts_buffer))
        return NULL;
    const int32_t *codes = codes_buffer.buf, *docs = docs_buffer.buf;
    int64_t *counts = counts_buffer.buf;
    uint64_t size = codes_buffer.len / 4, values = counts_buffer.len / 8;
    for (Size i = 0; i < docs_buffer.len / 4; i++)
        if ((uint32_t)docs[i] < size && (uint32_t)codes[docs[i]] < values)
            counts[codes[docs[i]]]++;
    PyBuffer_Release(&codes_buffer);
    PyBuffer_Release(&docs_buffer);
    PyBuffer_Release(&counts_buffer);
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"unite", unite, METH_VARARGS, "unite(sets, bits, out): documents of any set"},
    {"sift", sift, METH_VARARGS, "sift(sought, held, wanted, out): those of sought that are in held, or are not"},
    {"members", members, METH_VARARGS, "members(sought, held, out): which of sought are in held"},
    {"add_up", add_up, METH_VARARGS, "add_up(docs, parts, k1, cells, out): sums of what the parts give to docs"},
    {"title_worths", title_worths, METH_VARARGS, "title_worths(docs, parts, sizes, everything, out): what titles are worth"},
    {"largest", largest, METH_VARARGS, "largest(keys, heap, out): places of the largest keys"},
    {"tally", tally, METH_VARARGS, "tally(codes, docs, counts): counts of the codes of docs"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_sets", "Sets of documents, compiled.", 0, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__sets(void) { return PyModuleDef_Init(&definition); }
