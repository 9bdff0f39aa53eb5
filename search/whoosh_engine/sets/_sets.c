/* Sets of documents, compiled. `search/whoosh_engine/sets/plain.py` says the same in numpy; tests compare the two.
 *
 * A set is a sorted array of int32, each document once. Arrays come in as buffers that Python has made, results
 * included; a function returns how much of its result it filled. Numbers of documents are checked against what they
 * index, so that damaged files end in an IndexError. The GIL is held: a call takes microseconds.
 *
 * Safe for whatever Python passes: the size and the place of items are checked, and no number that was read is an index
 * before it is compared with a length, also when arrays overlap or are not sorted. What items of the right size mean is
 * not looked at: floats in the place of integers give another result.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define FAR 8  /* Searching one document costs about as much as reading so many cells. */
#define WIDE 8 /* And clearing one cell by itself about as much as clearing so many in a row. */

typedef Py_ssize_t Size;

typedef struct {
    Py_buffer held;   /* documents */
    Py_buffer values; /* float32 frequencies or bool flags, one for each; without .obj: 1 for each */
    float factor, units;
} Part;

static Size length(const Py_buffer *buffer) { return buffer->len / buffer->itemsize; }

/* Whether a buffer has items of that size where the processor wants them; with an error set when not. */
static int fits(const Py_buffer *buffer, Size itemsize)
{
    if (buffer->itemsize != itemsize)
        PyErr_Format(PyExc_TypeError, "items of %zd bytes are needed, not of %zd", itemsize, buffer->itemsize);
    else if ((uintptr_t)buffer->buf % itemsize || buffer->len % itemsize || buffer->len / itemsize > INT32_MAX)
        PyErr_SetString(PyExc_ValueError, "an array is not aligned, or has too many items");
    else
        return 1;
    return 0;
}

/* Whether no byte of `out` is one of `in`; with an error set when there is one. */
static int are_apart(const Py_buffer *out, const Py_buffer *in)
{
    const char *start = out->buf, *other = in->buf;
    if (!out->len || !in->len || start + out->len <= other || other + in->len <= start)
        return 1;
    PyErr_SetString(PyExc_ValueError, "a result may not lie in the memory of what it is made from");
    return 0;
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
    if (PyObject_GetBuffer(held, &part->held, PyBUF_SIMPLE) < 0 || !fits(&part->held, 4))
        return -1;
    if (values == Py_None)
        return 0;
    if (PyObject_GetBuffer(values, &part->values, PyBUF_SIMPLE) < 0 || !fits(&part->values, value_size))
        return -1;
    if (length(&part->values) == length(&part->held))
        return 0;
    PyErr_SetString(PyExc_ValueError, "one value for each document is needed");
    return -1;
}

/* The parts of a list of tuples (documents, values or None, factor[, units]); NULL with an error set. They are gone
 * through as a tuple, since asking an object for its buffer may run code that changes the list. */
static Part *open_parts(PyObject *list, Size *count, Size value_size)
{
    PyObject *items = PyList_AsTuple(list);
    *count = items ? PyTuple_Size(items) : 0;
    Part *parts = items ? PyMem_Calloc(*count + 1, sizeof *parts) : NULL;
    for (Size i = 0; parts && i < *count; i++)
        if (open_part(PyTuple_GetItem(items, i), &parts[i], value_size) < 0) {
            close_parts(parts, *count);
            parts = NULL;
        }
    if (!parts && !PyErr_Occurred())
        PyErr_NoMemory();
    Py_XDECREF(items);
    return parts;
}

/* ---- sets ---- */

/* Set the bits of a set's documents; 0 with an error set when one has none. */
static int set_bits(PyObject *docs_given, uint64_t *words, Size size)
{
    Py_buffer set;
    if (PyObject_GetBuffer(docs_given, &set, PyBUF_SIMPLE) < 0)
        return 0;
    const int32_t *docs = set.buf;
    int is_whole = fits(&set, 4);
    for (Size at = 0; is_whole && at < set.len / 4; at++) {
        int32_t doc = docs[at];
        if ((uint32_t)doc < (uint64_t)size * 64)
            words[doc >> 6] |= 1ULL << (doc & 63);
        else
            is_whole = no_document(doc) != NULL;
    }
    PyBuffer_Release(&set);
    return is_whole;
}

static PyObject *unite_into(PyObject *sets, Py_buffer *bits, Py_buffer *out)
{
    uint64_t *words = bits->buf;
    int32_t *united = out->buf;
    Size size = bits->len / 8, filled = 0;
    int is_whole = 1;
    for (Size i = 0; i < PyTuple_Size(sets) && is_whole; i++)
        is_whole = set_bits(PyTuple_GetItem(sets, i), words, size);
    for (Size at = 0; at < size; at++) {
        for (uint64_t word = words[at]; word && filled < out->len / 4; word &= word - 1)
            united[filled++] = (int32_t)(at * 64 + __builtin_ctzll(word));
        words[at] = 0;
    }
    return is_whole ? PyLong_FromSsize_t(filled) : NULL;
}

static PyObject *unite(PyObject *self, PyObject *args)
{
    PyObject *list, *sets, *result = NULL;
    Py_buffer bits, out;
    if (!PyArg_ParseTuple(args, "O!w*w*", &PyList_Type, &list, &bits, &out))
        return NULL;
    if (fits(&bits, 8) && fits(&out, 4) && are_apart(&out, &bits) && (sets = PyList_AsTuple(list))) {
        result = unite_into(sets, &bits, &out);
        Py_DECREF(sets);
    }
    PyBuffer_Release(&bits);
    PyBuffer_Release(&out);
    return result;
}

/* For each of `sought`, in order, whether it is in `held`; the shorter one decides how to go through the longer. */
static PyObject *members(PyObject *self, PyObject *args)
{
    Py_buffer sought_buffer, held_buffer, out;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "y*y*w*", &sought_buffer, &held_buffer, &out))
        return NULL;
    if (fits(&sought_buffer, 4) && fits(&held_buffer, 4) && fits(&out, 1)) {
        const int32_t *sought = sought_buffer.buf, *held = held_buffer.buf;
        Size count = sought_buffer.len / 4, size = held_buffer.len / 4;
        uint8_t *found = out.buf;
        if (out.len < count)
            PyErr_SetString(PyExc_ValueError, "a result for each document is needed");
        else {
            for (Size i = 0, at = 0; i < count; i++) {
                at = seek(held, size, at, sought[i]);
                found[i] = at < size && held[at] == sought[i];
            }
            result = Py_NewRef(Py_None);
        }
    }
    PyBuffer_Release(&sought_buffer);
    PyBuffer_Release(&held_buffer);
    PyBuffer_Release(&out);
    return result;
}

/* Those of `sought` that are in `held`, or with `wanted` 0 those that are not. */
static PyObject *sift(PyObject *self, PyObject *args)
{
    Py_buffer sought_buffer, held_buffer, out;
    int wanted;
    PyObject *result = NULL;
    if (!PyArg_ParseTuple(args, "y*y*iw*", &sought_buffer, &held_buffer, &wanted, &out))
        return NULL;
    if (fits(&sought_buffer, 4) && fits(&held_buffer, 4) && fits(&out, 4)) {
        const int32_t *sought = sought_buffer.buf, *held = held_buffer.buf;
        int32_t *kept = out.buf;
        Size count = sought_buffer.len / 4, size = held_buffer.len / 4, at = 0, filled = 0;
        for (Size i = 0; i < count && filled < out.len / 4; i++) {
            int32_t doc = sought[i];
            at = seek(held, size, at, doc);
            kept[filled] = doc;
            filled += (at < size && held[at] == doc) == wanted;
        }
        result = PyLong_FromSsize_t(filled);
    }
    PyBuffer_Release(&sought_buffer);
    PyBuffer_Release(&held_buffer);
    PyBuffer_Release(&out);
    return result;
}

/* ---- grams next to each other ---- */

typedef struct {
    Py_buffer held; /* where the gram stands, ascending */
    int32_t offset;
    Size at;
} Gram;

static void close_grams(Gram *grams, Size count)
{
    for (Size i = 0; i < count; i++)
        PyBuffer_Release(&grams[i].held); /* does nothing where none was opened */
    PyMem_Free(grams);
}

/* The grams of a list of tuples (positions, offset); NULL with an error set. */
static Gram *open_grams(PyObject *list, Size *count)
{
    PyObject *items = PyList_AsTuple(list);
    *count = items ? PyTuple_Size(items) : 0;
    Gram *grams = items ? PyMem_Calloc(*count + 1, sizeof *grams) : NULL;
    for (Size i = 0; grams && i < *count; i++) {
        PyObject *held;
        if (!PyArg_ParseTuple(PyTuple_GetItem(items, i), "Oi", &held, &grams[i].offset) ||
            PyObject_GetBuffer(held, &grams[i].held, PyBUF_SIMPLE) < 0 || !fits(&grams[i].held, 4)) {
            close_grams(grams, *count);
            grams = NULL;
        }
    }
    if (!grams && !PyErr_Occurred())
        PyErr_NoMemory();
    Py_XDECREF(items);
    return grams;
}

/* Whether all grams stand where they should when the first unit stands at `start`, which is not below the last asked. */
static int stand(Gram *grams, Size count, int32_t start)
{
    for (Size i = 0; i < count; i++) {
        const int32_t *held = grams[i].held.buf;
        Size size = length(&grams[i].held);
        int64_t sought = (int64_t)start + grams[i].offset;
        if (sought < INT32_MIN || sought > INT32_MAX)
            return 0;
        grams[i].at = seek(held, size, grams[i].at, (int32_t)sought);
        if (grams[i].at == size || held[grams[i].at] != sought)
            return 0;
    }
    return 1;
}

/* The documents in which the grams stand as their offsets say, and whether the first such place is in the title, where
 * any is then. `starts` says where the positions of each document begin, `sizes` how many are in its title. -1 with an
 * error set when a place is in no document. */
static Size stand_together(Gram *grams, Size count, const Py_buffer *starts_buffer, const int32_t *sizes,
                           Py_buffer *docs_out, uint8_t *titled)
{
    const int32_t *first = grams[0].held.buf, *starts = starts_buffer->buf;
    int32_t *docs = docs_out->buf;
    Size documents = starts_buffer->len / 4 - 1, doc = 0, filled = 0;
    for (Size i = 0; i < length(&grams[0].held) && filled < docs_out->len / 4; i++) {
        int64_t start = (int64_t)first[i] - grams[0].offset;
        if (start < 0 || start >= INT32_MAX || (filled && start < starts[doc + 1]) ||
            !stand(grams + 1, count - 1, (int32_t)start))
            continue;
        doc = seek(starts, documents + 1, doc, (int32_t)start + 1) - 1;
        if (doc < 0 || doc >= documents) {
            no_document((int32_t)doc);
            return -1;
        }
        docs[filled] = (int32_t)doc;
        titled[filled++] = start - starts[doc] < sizes[doc];
    }
    return filled;
}

static PyObject *contiguous(PyObject *self, PyObject *args)
{
    PyObject *list, *result = NULL;
    Py_buffer starts, sizes, docs, titled;
    Size count, filled;
    if (!PyArg_ParseTuple(args, "O!y*y*w*w*", &PyList_Type, &list, &starts, &sizes, &docs, &titled))
        return NULL;
    Gram *grams = open_grams(list, &count);
    if (grams && !(fits(&starts, 4) && fits(&sizes, 4) && fits(&docs, 4) && fits(&titled, 1)))
        ;
    else if (grams && (!count || starts.len != sizes.len + 4 || titled.len < docs.len / 4))
        PyErr_SetString(PyExc_ValueError, "a gram, and a title and a result for each document are needed");
    else if (grams && (filled = stand_together(grams, count, &starts, sizes.buf, &docs, titled.buf)) >= 0)
        result = PyLong_FromSsize_t(filled);
    if (grams)
        close_grams(grams, count);
    PyBuffer_Release(&starts);
    PyBuffer_Release(&sizes);
    PyBuffer_Release(&docs);
    PyBuffer_Release(&titled);
    return result;
}

/* ---- sums ---- */

static float value_of(const Part *part, Size at, float k1)
{
    return part->factor * (part->values.obj ? saturation(((const float *)part->values.buf)[at], k1) : 1);
}

/* Whether a part is so much longer than `count` documents that each of these is searched in it. */
static int is_far(const Part *part, Size count) { return count * FAR < length(&part->held); }

/* Add a part that is far longer than `docs`. */
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
        int32_t doc = held[at];
        if ((uint32_t)doc >= (uint64_t)size)
            return no_document(doc) != NULL;
        cells[doc] += value_of(part, at, k1);
    }
    return 1;
}

/* For each of `docs`, the sum over the parts that hold it of factor * saturation(frequency); 0 with an error set when
 * one has no cell. Cells are zero before and after. */
static int add_parts(const Part *parts, Size count, const Py_buffer *docs_buffer, float k1, Py_buffer *cells_buffer,
                     float *sums)
{
    const int32_t *docs = docs_buffer->buf;
    float *cells = cells_buffer->buf;
    Size found = docs_buffer->len / 4, size = cells_buffer->len / 4, filled = 0;
    memset(sums, 0, found * sizeof *sums);
    for (Size i = 0; i < count; i++) {
        if (is_far(&parts[i], found))
            add_far(&parts[i], docs, found, k1, sums);
        else if (!add_near(&parts[i], cells, size, k1)) {
            memset(cells, 0, size * sizeof *cells);
            return 0;
        } else
            filled += length(&parts[i].held);
    }
    for (Size i = 0; i < found; i++)
        if ((uint32_t)docs[i] < (uint64_t)size)
            sums[i] += cells[docs[i]];
    if (filled * WIDE > size)
        memset(cells, 0, size * sizeof *cells);
    else
        for (Size i = 0; i < count; i++)
            if (!is_far(&parts[i], found))
                for (Size at = 0; at < length(&parts[i].held); at++) {
                    uint32_t doc = ((const uint32_t *)parts[i].held.buf)[at];
                    if (doc < (uint64_t)size) /* where cells are what holds the numbers, these are others by now */
                        cells[doc] = 0;
                }
    return 1;
}

/* Multiply by what each of `docs` has in `times`, where all documents have something or only these. Where these are all
 * documents, it is the same. */
static void multiply(float *sums, const Py_buffer *docs_buffer, const Py_buffer *times_buffer)
{
    const int32_t *docs = docs_buffer->buf;
    const float *times = times_buffer->buf;
    Size found = docs_buffer->len / 4, size = times_buffer->len / 4;
    for (Size i = 0; found == size && i < found; i++)
        sums[i] *= times[i];
    for (Size i = 0; found != size && i < found; i++)
        sums[i] *= (uint32_t)docs[i] < (uint64_t)size ? times[docs[i]] : 0;
}

/* The sums of add_parts for `docs`, multiplied where `times` is not None. */
static PyObject *add_up(PyObject *self, PyObject *args)
{
    PyObject *list, *times_given, *result = NULL;
    Py_buffer docs, cells, out, times = {0};
    float k1;
    Size count;
    if (!PyArg_ParseTuple(args, "y*O!fOw*w*", &docs, &PyList_Type, &list, &k1, &times_given, &cells, &out))
        return NULL;
    Part *parts = open_parts(list, &count, 4);
    if (parts && !(fits(&docs, 4) && fits(&cells, 4) && fits(&out, 4)))
        ;
    else if (parts && out.len < docs.len)
        PyErr_SetString(PyExc_ValueError, "a result for each document is needed");
    else if (parts &&
             (times_given == Py_None ||
              (PyObject_GetBuffer(times_given, &times, PyBUF_SIMPLE) == 0 && fits(&times, 4))) &&
             add_parts(parts, count, &docs, k1, &cells, out.buf)) {
        if (times.obj)
            multiply(out.buf, &docs, &times);
        result = Py_NewRef(Py_None);
    }
    if (parts)
        close_parts(parts, count);
    PyBuffer_Release(&docs);
    PyBuffer_Release(&cells);
    PyBuffer_Release(&times);
    PyBuffer_Release(&out);
    return result;
}

/* ---- titles ---- */

typedef struct {
    float worth, units; /* of the words that a document holds in its title, together */
} Title;

typedef struct {
    Title *of;      /* for every document; zero before and after */
    uint64_t *bits; /* those that are not; zero before and after */
    Size size;
} Titles;

/* The first eight of some flags, or what there is of them, the first in the lowest byte. */
static uint64_t eight_flags(const uint8_t *flags, Size count)
{
    uint64_t eight = 0;
    memcpy(&eight, flags, count < 8 ? count : 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

static void add_word(Titles *titles, int32_t doc, const Part *part)
{
    if ((uint32_t)doc < (uint64_t)titles->size) {
        titles->bits[doc >> 6] |= 1ULL << (doc & 63);
        titles->of[doc].worth += part->factor;
        titles->of[doc].units += part->units;
    }
}

/* Add a word to the titles that hold it, to those of `docs` at least. */
static void add_to_titles(Titles *titles, const Part *part, const int32_t *docs, Size count)
{
    const int32_t *held = part->held.buf;
    const uint8_t *flags = part->values.buf;
    Size size = flags ? length(&part->held) : 0, at = 0;
    if (is_far(part, count))
        for (Size i = 0; i < count; i++) {
            at = seek(held, size, at, docs[i]);
            if (at < size && held[at] == docs[i] && flags[at])
                add_word(titles, docs[i], part);
        }
    else
        for (; at < size; at += 8) /* few flags are set */
            for (uint64_t eight = eight_flags(flags + at, size - at); eight; eight &= eight - 1)
                add_word(titles, held[at + __builtin_ctzll(eight) / 8], part);
}

/* Add to the scores of `docs` what their titles are worth, times their factors: the square of the words together, times
 * the part of the title that they fill. `sizes` has the units of all titles. */
static void add_to_scores(Titles *titles, const Py_buffer *docs_buffer, const int32_t *sizes, float scale,
                          const float *factors, float *scores)
{
    const int32_t *docs = docs_buffer->buf;
    Size count = length(docs_buffer), at = 0;
    for (Size first = 0; first < titles->size; first += 64) {
        for (uint64_t word = titles->bits[first / 64]; word; word &= word - 1) {
            Size doc = first + __builtin_ctzll(word);
            if (doc >= titles->size)
                break;
            Title title = titles->of[doc];
            titles->of[doc] = (Title){0, 0};
            while (at < count && docs[at] < doc)
                at++;
            if (at == count || docs[at] != doc)
                continue;
            float filled = title.units < sizes[doc] ? title.units / sizes[doc] : 1;
            scores[at] += title.worth * title.worth * filled * scale * factors[at];
        }
        titles->bits[first / 64] = 0;
    }
}

static PyObject *add_bonuses(PyObject *self, PyObject *args)
{
    PyObject *list, *result = NULL;
    Py_buffer scores, factors, docs, sizes, bits, cells;
    float scale;
    Size count;
    if (!PyArg_ParseTuple(args, "w*y*y*O!y*fw*w*", &scores, &factors, &docs, &PyList_Type, &list, &sizes, &scale,
                          &bits, &cells))
        return NULL;
    Part *parts = open_parts(list, &count, 1);
    if (parts && !(fits(&scores, 4) && fits(&factors, 4) && fits(&docs, 4) && fits(&sizes, 4) && fits(&bits, 8) &&
                   fits(&cells, 4)))
        ;
    else if (parts && (scores.len != docs.len || factors.len != docs.len))
        PyErr_SetString(PyExc_ValueError, "a score and a factor for each document are needed");
    else if (parts && (cells.len < 2 * sizes.len || bits.len / 8 * 64 < length(&sizes)))
        PyErr_SetString(PyExc_ValueError, "two cells and a bit for each title are needed");
    else if (parts) {
        Titles titles = {cells.buf, bits.buf, length(&sizes)};
        for (Size i = 0; i < count; i++)
            add_to_titles(&titles, &parts[i], docs.buf, length(&docs));
        add_to_scores(&titles, &docs, sizes.buf, scale, factors.buf, scores.buf);
        result = Py_NewRef(Py_None);
    }
    if (parts)
        close_parts(parts, count);
    PyBuffer_Release(&scores);
    PyBuffer_Release(&factors);
    PyBuffer_Release(&docs);
    PyBuffer_Release(&sizes);
    PyBuffer_Release(&bits);
    PyBuffer_Release(&cells);
    return result;
}

/* ---- the first of an order ---- */

typedef struct {
    const float *keys; /* of documents, the largest first; NULL where rank alone decides */
    const int32_t *docs, *ranks;
} Order;

/* Whether the document at `one` comes after the one at `other`. */
static int is_after(const Order *order, int32_t one, int32_t other)
{
    if (order->keys && order->keys[one] != order->keys[other])
        return order->keys[one] < order->keys[other];
    return order->ranks[order->docs[one]] > order->ranks[order->docs[other]];
}

/* Restore the heap, whose first is the last in order, below `at`. */
static void sift_down(const Order *order, int32_t *heap, Size size, Size at)
{
    int32_t sinking = heap[at];
    for (Size child; (child = 2 * at + 1) < size; at = child) {
        if (child + 1 < size && is_after(order, heap[child + 1], heap[child]))
            child++;
        if (!is_after(order, heap[child], sinking))
            break;
        heap[at] = heap[child];
    }
    heap[at] = sinking;
}

static void sort_first(const Order *order, Size count, int32_t *heap, Size size)
{
    for (Size at = 0; at < size; at++)
        heap[at] = (int32_t)at;
    for (Size at = size / 2; at-- > 0;)
        sift_down(order, heap, size, at);
    for (Size i = size; size && i < count; i++)
        if (is_after(order, heap[0], (int32_t)i)) {
            heap[0] = (int32_t)i;
            sift_down(order, heap, size, 0);
        }
    while (size-- > 1) {
        int32_t last = heap[0];
        heap[0] = heap[size];
        heap[size] = last;
        sift_down(order, heap, size, 0);
    }
}

static int are_within(const Py_buffer *places, Size size)
{
    for (Size i = 0; i < length(places); i++)
        if (((const uint32_t *)places->buf)[i] >= (uint64_t)size)
            return no_document(((const int32_t *)places->buf)[i]) != NULL;
    return 1;
}

/* The places in `docs` of the first of them in order, sorted, as many as `out` has room for. */
static PyObject *first_in_order(PyObject *self, PyObject *args)
{
    Py_buffer docs, keys = {0}, ranks, out;
    PyObject *keys_given, *result = NULL;
    if (!PyArg_ParseTuple(args, "y*Oy*w*", &docs, &keys_given, &ranks, &out))
        return NULL;
    Size count = docs.len / 4, size = out.len / 4;
    if (fits(&docs, 4) && fits(&ranks, 4) && fits(&out, 4) && are_apart(&out, &docs) &&
        (keys_given == Py_None || (PyObject_GetBuffer(keys_given, &keys, PyBUF_SIMPLE) == 0 && fits(&keys, 4)))) {
        Order order = {keys.buf, docs.buf, ranks.buf};
        if (size > count || (keys.obj && keys.len != docs.len))
            PyErr_SetString(PyExc_ValueError, "as many keys as documents are needed, and no more results");
        else if (are_within(&docs, ranks.len / 4)) {
            sort_first(&order, count, out.buf, size);
            result = Py_NewRef(Py_None);
        }
    }
    PyBuffer_Release(&docs);
    PyBuffer_Release(&keys);
    PyBuffer_Release(&ranks);
    PyBuffer_Release(&out);
    return result;
}

static PyMethodDef functions[] = {
    {"unite", unite, METH_VARARGS, "unite(sets, bits, out): documents of any set"},
    {"sift", sift, METH_VARARGS, "sift(sought, held, wanted, out): those of sought that are in held, or are not"},
    {"members", members, METH_VARARGS, "members(sought, held, out): which of sought are in held"},
    {"contiguous", contiguous, METH_VARARGS,
     "contiguous(grams, starts, sizes, docs, titled): documents in which grams stand as their offsets say"},
    {"add_up", add_up, METH_VARARGS, "add_up(docs, parts, k1, times, cells, out): sums of what the parts give to docs"},
    {"add_bonuses", add_bonuses, METH_VARARGS,
     "add_bonuses(scores, factors, docs, parts, sizes, scale, bits, cells): add what the titles of docs are worth"},
    {"first_in_order", first_in_order, METH_VARARGS,
     "first_in_order(docs, keys, ranks, out): places of the first, sorted"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_sets", "Sets of documents, compiled.", 0, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__sets(void) { return PyModuleDef_Init(&definition); }
