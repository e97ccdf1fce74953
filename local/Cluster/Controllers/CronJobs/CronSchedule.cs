using System.Globalization;

namespace Scalelab.Cluster.Controllers.CronJobs;

/// <summary>
/// A schedule in cron's five fields (minute, hour, day of the month, month, day of the week) or one of the names like <c>@daily</c>. Where both days are
/// restricted, either suffices, as everywhere in cron.
/// </summary>
internal sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    // The 29th of February comes at least every eight years.
    private const int YearsToSearch = 9;

    private readonly HashSet<int> _minutes;
    private readonly HashSet<int> _hours;
    private readonly HashSet<int> _days;
    private readonly HashSet<int> _months;
    private readonly HashSet<int> _weekdays;
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronSchedule(string[] fields)
    {
        _minutes = Field(fields[0], 0, 59, []);
        _hours = Field(fields[1], 0, 23, []);
        _days = Field(fields[2], 1, 31, []);
        _months = Field(fields[3], 1, 12, Months);
        _weekdays = Field(fields[4], 0, 7, Days);
        if (_weekdays.Contains(7))
        {
            _weekdays.Add(0);
        }

        _anyDay = fields[2][0] is '*' or '?';
        _anyWeekday = fields[4][0] is '*' or '?';
    }

    /// <summary>False where the text is no schedule; <paramref name="problem"/> says why, in upstream's words.</summary>
    public static bool TryParse(string text, out CronSchedule? schedule, out string problem)
    {
        (schedule, problem) = (null, "");
        var fields = Names.GetValueOrDefault(text, text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (text.Length == 0)
        {
            problem = "empty spec string";
        }
        else if (text.StartsWith('@') && fields.Length == 1)
        {
            problem = $"unrecognized descriptor: {text}";
        }
        else if (fields.Length != 5)
        {
            problem = $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]";
        }
        else
        {
            try
            {
                schedule = new CronSchedule(fields);
            }
            catch (FormatException exception)
            {
                problem = exception.Message;
            }
        }

        return schedule is not null;
    }

    /// <summary>The first time after another one; null where there is none in the next years.</summary>
    /// <param name="zone">Where the fields are read.</param>
    public DateTimeOffset? After(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone).DateTime;
        var next = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified).AddMinutes(1);
        for (var end = next.AddYears(YearsToSearch); next < end;)
        {
            if (!_months.Contains(next.Month))
            {
                next = new DateTime(next.Year, next.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
            }
            else if (!IsDay(next))
            {
                next = next.Date.AddDays(1);
            }
            else if (!_hours.Contains(next.Hour))
            {
                next = next.Date.AddHours(next.Hour + 1);
            }
            else if (!_minutes.Contains(next.Minute) || zone.IsInvalidTime(next))
            {
                next = next.AddMinutes(1);
            }
            else
            {
                return new DateTimeOffset(next, zone.GetUtcOffset(next)).ToUniversalTime();
            }
        }

        return null;
    }

    private bool IsDay(DateTime day)
    {
        var (ofMonth, ofWeek) = (_days.Contains(day.Day), _weekdays.Contains((int)day.DayOfWeek));
        return _anyDay || _anyWeekday ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static HashSet<int> Field(string text, int first, int last, string[] names)
    {
        var values = new HashSet<int>();
        foreach (var part in text.Split(','))
        {
            var step = part.Split('/');
            var ends = step[0].Split('-');
            if (step.Length > 2)
            {
                throw new FormatException($"too many slashes: {part}");
            }

            if (ends.Length > 2)
            {
                throw new FormatException($"too many hyphens: {part}");
            }

            var every = ends[0] is "*" or "?";
            var from = every ? first : Number(ends[0], names, first);
            var to = every || (ends.Length == 1 && step.Length == 2) ? last : Number(ends[^1], names, first);
            var by = step.Length == 2 ? Number(step[1], [], 0) : 1;
            if (from < first)
            {
                throw new FormatException($"beginning of range ({from}) below minimum ({first}): {part}");
            }

            if (to > last)
            {
                throw new FormatException($"end of range ({to}) above maximum ({last}): {part}");
            }

            if (from > to)
            {
                throw new FormatException($"beginning of range ({from}) beyond end of range ({to}): {part}");
            }

            if (by == 0)
            {
                throw new FormatException($"step of range should be a positive number: {part}");
            }

            for (var value = from; value <= to; value += by)
            {
                values.Add(value);
            }
        }

        return values;
    }

    private static int Number(string text, string[] names, int first)
    {
        var name = Array.FindIndex(names, one => one.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name >= 0 ? name + first
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number >= 0 ? number : throw new FormatException($"negative number ({number}) not allowed: {text}")
                : throw new FormatException($"failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax");
    }
}
