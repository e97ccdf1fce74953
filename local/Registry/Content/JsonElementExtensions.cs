using System.Text.Json;

namespace Scalelab.Registry.Content;

internal static class JsonElementExtensions
{
    /// <summary><see cref="JsonElement.TryGetInt32"/> that answers false instead of throwing for what is not a number.</summary>
    public static bool TryGetInt32OrNull(this JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out value);
    }
}
