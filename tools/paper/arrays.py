"""Arrays of numbers from .npy files, and as much of linear algebra as the
Fréchet distance needs, with the standard library alone."""
import array
import ast
import math
import struct
from operator import mul


class Array:
    """`values` of `count` samples of `width` numbers each."""

    def __init__(self, shape, values):
        self.shape, self.values = tuple(shape), values
        self.count = shape[0]
        self.width = math.prod(shape[1:])

    def row(self, index):
        return self.values[index * self.width:(index + 1) * self.width]

    def first(self, count):
        count = min(count, self.count)
        return Array((count, *self.shape[1:]), self.values[:count * self.width])

    def some(self, begin, step):
        """Every `step`th sample."""
        rows = array.array(self.values.typecode)
        for index in range(begin, self.count, step):
            rows.extend(self.row(index))
        return Array((len(rows) // self.width, *self.shape[1:]), rows)


def read(path):
    """float32 or uint8, C order, as guss writes it."""
    with open(path, "rb") as file:
        data = file.read()
    size, begin = (struct.unpack("<H", data[8:10])[0], 10) if data[6] == 1 else \
        (struct.unpack("<I", data[8:12])[0], 12)
    header = ast.literal_eval(data[begin:begin + size].decode("latin-1"))
    values = array.array({"<f4": "f", "|u1": "B"}[header["descr"]])
    values.frombytes(data[begin + size:])
    return Array(header["shape"], values)


def write(path, samples):
    kind = {"f": "<f4", "B": "|u1"}[samples.values.typecode]
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {samples.shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode())
        samples.values.tofile(file)


# ---- statistics -----------------------------------------------------------------


def moments(samples):
    """Means, and the covariances with n - 1."""
    columns = [samples.values[i::samples.width] for i in range(samples.width)]
    means = [math.fsum(column) / samples.count for column in columns]
    centred = [[value - mean for value in column] for column, mean in zip(columns, means)]
    covariance = [[0.0] * samples.width for _ in centred]
    for i, one in enumerate(centred):
        for k in range(i + 1):
            value = sum(map(mul, one, centred[k])) / (samples.count - 1)
            covariance[i][k] = covariance[k][i] = value
    return means, covariance


def rank_correlation(xs, ys):
    """Spearman's, without ties."""
    def ranks(values):
        order = sorted(range(len(values)), key=values.__getitem__)
        return {index: rank for rank, index in enumerate(order)}
    one, other = ranks(xs), ranks(ys)
    n = len(xs)
    squares = sum((one[i] - other[i]) ** 2 for i in range(n))
    return 1 - 6 * squares / (n * (n * n - 1))


# ---- symmetric matrices -------------------------------------------------------------


def product(a, b):
    columns = list(zip(*b))
    return [[sum(map(mul, row, column)) for column in columns] for row in a]


def eigen(matrix):
    """Eigenvalues, and eigenvectors as rows: Jacobi's rotations."""
    n = len(matrix)
    a = [row[:] for row in matrix]
    vectors = [[float(i == k) for k in range(n)] for i in range(n)]
    small = 1e-22 * sum(value * value for row in a for value in row)
    while sum(a[i][k] ** 2 for i in range(n) for k in range(i)) > small:
        for p in range(n):
            for q in range(p + 1, n):
                if a[p][q] != 0.0:
                    rotate(a, vectors, p, q)
    return [a[i][i] for i in range(n)], vectors


def rotate(a, vectors, p, q):
    """Makes a[p][q] 0."""
    theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = math.copysign(1.0, theta) / (abs(theta) + math.hypot(theta, 1.0))
    c = 1 / math.hypot(t, 1.0)
    s = t * c
    for row in a:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    for rows in (a, vectors):
        one, other = rows[p], rows[q]
        rows[p] = [c * x - s * y for x, y in zip(one, other)]
        rows[q] = [s * x + c * y for x, y in zip(one, other)]


def root(matrix):
    """The symmetric square root of a matrix without negative eigenvalues."""
    values, vectors = eigen(matrix)
    scaled = [[math.sqrt(max(value, 0.0)) * x for x in vector]
              for value, vector in zip(values, vectors)]
    return product([list(column) for column in zip(*scaled)], vectors)


def frechet_distance(one, other):
    """|m - n|² + tr(C + D - 2 √(√C D √C)) of two sets' moments."""
    (m, c), (n, d) = one, other
    half = root(c)
    values, _ = eigen(product(product(half, d), half))
    shared = sum(math.sqrt(max(value, 0.0)) for value in values)
    means = sum((x - y) ** 2 for x, y in zip(m, n))
    return means + sum(c[i][i] + d[i][i] for i in range(len(c))) - 2 * shared
