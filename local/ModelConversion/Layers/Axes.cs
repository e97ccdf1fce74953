using System.Text.Json;
using Scalelab.ModelConversion.Keras;

namespace Scalelab.ModelConversion.Layers;

/// <summary>Reads along which dimension a layer works.</summary>
internal static class Axes
{
    /// <summary>Refuses every axis but the last. Keras counts the batch: the last one of a picture is 3, or -1.</summary>
    public static void RequireLast(LayerContext context)
    {
        var axes = context.Config.Find("axis") switch
        {
            null => [-1],
            { ValueKind: JsonValueKind.Array } list => LayerConfig.Wholes(list),
            _ => [context.Config.Whole("axis", least: int.MinValue)],
        };
        if (axes is not [var axis] || (axis != -1 && axis != context.Input.Length))
        {
            throw context.Config.Wrong("works along another axis than the last. Only the last is converted: build the layer with axis=-1");
        }
    }
}
