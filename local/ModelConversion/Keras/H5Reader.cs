using System.Globalization;
using PureHDF;

namespace Scalelab.ModelConversion.Keras;

/// <summary>Reads what Keras puts into HDF5.</summary>
internal static class H5Reader
{
    /// <summary>An attribute of one or several texts; empty where there is none. Long lists are spread over attributes with numbers at the end of their names.</summary>
    public static string[] Texts(IH5Object holder, string name)
    {
        if (holder.AttributeExists(name))
        {
            return One(holder.Attribute(name));
        }
        var all = new List<string>();
        for (var i = 0; holder.AttributeExists(string.Create(CultureInfo.InvariantCulture, $"{name}{i}")); i++)
        {
            all.AddRange(One(holder.Attribute(string.Create(CultureInfo.InvariantCulture, $"{name}{i}"))));
        }
        return [.. all];
    }

    public static int[] Shape(IH5Dataset dataset) => dataset.Space.Type == H5DataspaceType.Simple ? Array.ConvertAll(dataset.Space.Dimensions, side => checked((int)side)) : [];

    /// <summary>All numbers of a dataset, whatever the precision they are stored in.</summary>
    public static float[] Numbers(IH5Dataset dataset)
    {
        if (dataset.Space.Type == H5DataspaceType.Scalar)
        {
            return [Scalar(dataset)];
        }
        return (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 4) => dataset.Read<float[]>(),
            (H5DataTypeClass.FloatingPoint, 8) => Array.ConvertAll(dataset.Read<double[]>(), value => (float)value),
            (H5DataTypeClass.FloatingPoint, 2) => Array.ConvertAll(dataset.Read<Half[]>(), value => (float)value),
            (H5DataTypeClass.FixedPoint, 4) => Array.ConvertAll(dataset.Read<int[]>(), value => (float)value),
            (H5DataTypeClass.FixedPoint, 8) => Array.ConvertAll(dataset.Read<long[]>(), value => (float)value),
            var (kind, size) => throw new FormatException($"'{dataset.Name}' holds values of kind {kind} with {size} bytes, and numbers are expected."),
        };
    }

    private static float Scalar(IH5Dataset dataset) => (dataset.Type.Class, dataset.Type.Size) switch
    {
        (H5DataTypeClass.FloatingPoint, 4) => dataset.Read<float>(),
        (H5DataTypeClass.FloatingPoint, 8) => (float)dataset.Read<double>(),
        _ => 0,
    };

    private static string[] One(IH5Attribute attribute) => attribute.Space.Type switch
    {
        // A list without a text in it is written as one of numbers.
        _ when attribute.Type.Class is not (H5DataTypeClass.String or H5DataTypeClass.VariableLength) => [],
        H5DataspaceType.Scalar => [Clean(attribute.Read<string>())],
        H5DataspaceType.Simple => Array.ConvertAll(attribute.Read<string[]>(), Clean),
        _ => [],
    };

    private static string Clean(string text) => text.TrimEnd('\0');
}
