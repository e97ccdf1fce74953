using System.Text.Json;

namespace Scalelab.ModelConversion.Keras;

/// <summary>A saved model: what it consists of, and where its weights lie. HDF5 (<c>.h5</c>, Keras 2 and 3) or Keras 3's zip (<c>.keras</c>).</summary>
internal abstract class KerasFile : IDisposable
{
    /// <summary>The file's name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The model: <c>class_name</c> and <c>config</c>.</summary>
    public required JsonElement Model { get; init; }

    /// <summary>Whether Keras 3 wrote it.</summary>
    public required bool IsKeras3 { get; init; }

    /// <exception cref="ConversionException">Not a saved model, or damaged.</exception>
    public static KerasFile Open(string path)
    {
        var name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new ConversionException($"{path} does not exist. Name the file that model.save(…) wrote.");
        }
        var start = Start(path);
        if (start is [0x89, (byte)'H', (byte)'D', (byte)'F', ..])
        {
            return Guard(name, () => H5ModelFile.Open(path, name));
        }
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            return Guard(name, () => ZipModelFile.Open(path, name));
        }
        throw new ConversionException($"{name} is neither HDF5 nor a .keras file. Save the model with model.save('model.keras') or model.save('model.h5'); a SavedModel folder is not read.");
    }

    /// <summary>What the file holds for the layer at a path of layers, the outermost model's first.</summary>
    public abstract LayerWeights Weights(string where, IReadOnlyList<LayerPlace> path);

    public abstract void Dispose();

    /// <summary>Gives the many ways in which a damaged file fails one message. Lengths that no memory holds are among them.</summary>
    public static T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not (ConversionException or OperationCanceledException))
        {
            throw new ConversionException($"{name} is damaged or cut off: {exception.Message} Copy or save it again.", exception);
        }
    }

    protected static JsonElement Parse(string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
            var model = document.RootElement.Clone();
            return model.ValueKind == JsonValueKind.Object && model.TryGetProperty("class_name", out _) && model.TryGetProperty("config", out _)
                ? model
                : throw new ConversionException($"{name} describes no model: its configuration has no class_name and config. Save the whole model with model.save(…).");
        }
        catch (JsonException exception)
        {
            throw new ConversionException($"{name} is damaged: its configuration is not valid JSON: {exception.Message} Save it again.", exception);
        }
    }

    private static byte[] Start(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[8];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}

/// <summary>Where a layer stands in the model that holds it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClassKey">Its class's name in lower case with the number of layers of that class before it, as <c>.keras</c> files name it.</param>
internal sealed record LayerPlace(string Name, string ClassKey);
