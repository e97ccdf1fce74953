using System.Text;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// <c>$(NAME)</c> in commands, arguments and environment values: replaced where the name is known, left as it is where not; <c>$$</c> is a
/// dollar sign.
/// </summary>
internal static class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '$' || index + 1 == text.Length)
            {
                result.Append(text[index]);
                continue;
            }

            var end = text[index + 1] == '(' ? text.IndexOf(')', index + 2) : -1;
            if (text[index + 1] == '$')
            {
                result.Append('$');
                index++;
            }
            else if (end < 0)
            {
                result.Append('$');
            }
            else
            {
                var name = text[(index + 2)..end];
                result.Append(variables.TryGetValue(name, out var value) ? value : text[index..(end + 1)]);
                index = end;
            }
        }

        return result.ToString();
    }
}
